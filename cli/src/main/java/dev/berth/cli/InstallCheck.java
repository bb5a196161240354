package dev.berth.cli;

import dev.berth.base.json.Json;
import dev.berth.installer.checks.Checks;
import dev.berth.installer.checks.Result;
import dev.berth.installer.manifests.Rendering;
import dev.berth.installer.manifests.SecretSource;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Proves each hop of an installation. */
@Command(
    name = "check",
    description = {
      "Proves each hop that the installation needs, before and after apply: each result has a code that",
      "docs/operate/install-on-kubernetes.md explains. What needs a part that is not there yet is skipped, never ok.",
      "Some are tried by pods, in a namespace berth-check-... that goes at the end.",
      "Exit code 0 where nothing is bad, 69 where something is."
    },
    mixinStandardHelpOptions = true)
final class InstallCheck implements Callable<Integer> {
  @Mixin private InstallFile file = new InstallFile();

  @Option(
      names = "--json",
      description =
          "Print one JSON array: code, hop, outcome with its kind good, doubtful, bad or skipped.")
  private boolean json;

  @Option(
      names = "--no-pods",
      description = "Make nothing in the cluster: skip what only pods tell.")
  private boolean noPods;

  @Override
  public Integer call() throws InterruptedException {
    var read = file.read();
    var results = new ArrayList<Result>();
    try (var target = read.target()) {
      var clock = Clock.systemUTC();
      var checks =
          new Checks(
              target,
              read.install(),
              clock,
              result -> {
                results.add(result);
                if (!json) tell(result);
              });
      // Made for the time of the check, where there are none: nothing is kept.
      var settings =
          noPods
              ? java.util.List.<dev.berth.installer.manifests.Manifest>of()
              : Rendering.of(
                  read.install(),
                  read.said(),
                  Optional.of(
                      SecretSource.complete(
                          read.install(),
                          read.said(),
                          dev.berth.installer.manifests.Secrets.none(),
                          clock.instant())),
                  Version.number());
      checks.run(settings, !noPods, System.err::println);
    }
    if (json) System.out.println(Json.write(results));
    long bad = results.stream().filter(one -> one.outcome() instanceof Result.Outcome.Bad).count();
    if (!json) {
      System.out.println(
          bad == 0 ? "Nothing is bad." : "%d of %d checks are bad.".formatted(bad, results.size()));
    }
    return bad == 0 ? 0 : ExitCode.UNAVAILABLE;
  }

  private static void tell(Result result) {
    switch (result.outcome()) {
      case Result.Outcome.Good(var words) -> line("ok", result, words);
      case Result.Outcome.Skipped(var why) -> line("skipped", result, why);
      case Result.Outcome.Doubtful(var what, var why, var remedy) ->
          lines("DOUBT", result, what, why, remedy);
      case Result.Outcome.Bad(var what, var why, var remedy) ->
          lines("BAD", result, what, why, remedy);
    }
  }

  private static void line(String kind, Result result, String words) {
    System.out.println("%-8s%s  %s: %s".formatted(kind, result.code(), result.hop(), words));
  }

  private static void lines(String kind, Result result, String what, String why, String remedy) {
    line(kind, result, what);
    System.out.println(" ".repeat(14) + why);
    System.out.println(" ".repeat(14) + "-> " + remedy);
  }
}
