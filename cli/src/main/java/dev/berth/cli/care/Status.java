package dev.berth.cli.care;

import dev.berth.base.json.Json;
import dev.berth.cli.api.Api;
import dev.berth.cli.line.ExitCode;
import dev.berth.cli.line.ResultLines;
import dev.berth.cli.line.Version;
import dev.berth.cli.line.Words;
import dev.berth.cli.settings.Home;
import dev.berth.protocol.api.StoreView;
import dev.berth.protocol.api.WorkspaceView;
import dev.berth.protocol.check.CheckRun;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Says whether the installation runs, and what in it. */
@Command(
    name = "status",
    description = {
      "Says whether Berth runs, where, how many workspaces stand how, and what it found bad of what it needs.",
      "With --check it tries all of that now, and prints each result; 69 where one is bad."
    },
    mixinStandardHelpOptions = true)
final class Status implements Callable<Integer> {
  private record Told(
      boolean running,
      String home,
      String dashboard,
      String version,
      Map<String, Long> workspaces,
      Optional<StoreView> store,
      Optional<CheckRun> checks) {}

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Option(
      names = "--check",
      description = "Try now whether all that Berth needs is there, and print each result.")
  private boolean check;

  @Override
  public Integer call() throws InterruptedException {
    var home = Home.find();
    if (home.server().isEmpty()) {
      var told =
          new Told(
              false,
              home.folder().toString(),
              "",
              Version.number(),
              Map.of(),
              Optional.empty(),
              Optional.empty());
      if (json) System.out.println(Json.write(told));
      else System.out.println("No Berth runs with the folder " + home.folder() + ".");
      return 69;
    }
    try (var api = Api.connect(home)) {
      var counts =
          api.list().workspaces().stream()
              .map(WorkspaceView::phase)
              .collect(Collectors.groupingBy(Words::state, TreeMap::new, Collectors.counting()));
      var server = api.server();
      var store = Optional.of(api.store()).filter(is -> is.name().isPresent());
      var checks = check ? checkNow(api) : api.checks().last();
      int code = check && isBad(checks) ? ExitCode.UNAVAILABLE : 0;
      if (json) {
        System.out.println(
            Json.write(
                new Told(
                    true,
                    home.folder().toString(),
                    server.dashboard(),
                    server.version(),
                    counts,
                    store,
                    checks)));
        return code;
      }
      System.out.printf("Berth %s runs at %s/%n", server.version(), server.dashboard());
      System.out.printf("folder %s, process %d%n", home.folder(), server.pid());
      System.out.println(counts.isEmpty() ? "no workspaces" : "workspaces: " + words(counts));
      store.ifPresent(is -> System.out.println("saves are carried to " + words(is)));
      checks.ifPresent(this::tell);
      return code;
    }
  }

  private static Optional<CheckRun> checkNow(Api api) throws InterruptedException {
    var view = api.beginChecks();
    while (view.running().isPresent()) {
      Thread.sleep(Api.BETWEEN_QUESTIONS);
      view = api.checks();
    }
    return view.last();
  }

  private static boolean isBad(Optional<CheckRun> checks) {
    return checks.filter(run -> !ResultLines.bad(run.results()).isEmpty()).isPresent();
  }

  private void tell(CheckRun run) {
    var results = run.results();
    (check ? results : ResultLines.bad(results)).forEach(ResultLines::print);
    System.out.println(
        "checked %s ago: %s".formatted(Words.age(run.ended()), ResultLines.sum(results)));
  }

  private static String words(StoreView store) {
    var name = store.name().orElseThrow();
    if (store.behindObjects() == 0) return name + ": all are there" + trouble(store);
    var since = store.behindSince().map(then -> ", the oldest for " + Words.age(then)).orElse("");
    return "%s: %d objects (%s) are not there yet%s%s"
        .formatted(
            name, store.behindObjects(), Words.size(store.behindBytes()), since, trouble(store));
  }

  private static String trouble(StoreView store) {
    return store.trouble().map(words -> "; it is tried on: " + words).orElse("");
  }

  private static String words(Map<String, Long> counts) {
    return counts.entrySet().stream()
        .map(entry -> entry.getValue() + " " + entry.getKey())
        .collect(Collectors.joining(", "));
  }
}
