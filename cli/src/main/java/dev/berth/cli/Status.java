package dev.berth.cli;

import dev.berth.base.json.Json;
import dev.berth.protocol.api.StoreView;
import dev.berth.protocol.api.WorkspaceView;
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
    description = "Says whether Berth runs, where, and how many workspaces stand how.",
    mixinStandardHelpOptions = true)
final class Status implements Callable<Integer> {
  private record Told(
      boolean running,
      String home,
      String dashboard,
      String version,
      Map<String, Long> workspaces,
      Optional<StoreView> store) {}

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    var home = Home.find();
    if (home.server().isEmpty()) {
      var told =
          new Told(
              false, home.folder().toString(), "", Version.number(), Map.of(), Optional.empty());
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
      if (json) {
        System.out.println(
            Json.write(
                new Told(
                    true,
                    home.folder().toString(),
                    server.dashboard(),
                    server.version(),
                    counts,
                    store)));
        return 0;
      }
      System.out.printf("Berth %s runs at %s/%n", server.version(), server.dashboard());
      System.out.printf("folder %s, process %d%n", home.folder(), server.pid());
      System.out.println(counts.isEmpty() ? "no workspaces" : "workspaces: " + words(counts));
      store.ifPresent(is -> System.out.println("saves are carried to " + words(is)));
      return 0;
    }
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
