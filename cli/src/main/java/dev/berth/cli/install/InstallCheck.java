package dev.berth.cli.install;

import dev.berth.base.json.Json;
import dev.berth.cli.line.ExitCode;
import dev.berth.cli.line.ResultLines;
import dev.berth.cli.line.Version;
import dev.berth.installer.checks.Checks;
import dev.berth.installer.checks.Recording;
import dev.berth.installer.manifests.Rendering;
import dev.berth.installer.manifests.SecretSource;
import dev.berth.protocol.check.CheckRun;
import dev.berth.protocol.check.Result;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
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
      "The results of an installation that is there are left in it: the dashboard shows them, too.",
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

  @Option(
      names = "--no-record",
      description = "Do not leave the results in the installation, whose dashboard shows them.")
  private boolean noRecord;

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
                if (!json) ResultLines.print(result);
              });
      // Made for the time of the check, where there are none: nothing is kept.
      var settings =
          noPods
              ? List.<dev.berth.installer.manifests.Manifest>of()
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
      var began = clock.instant();
      checks.run(settings, !noPods, System.err::println);
      if (noRecord || noPods) return told(results);
      var run =
          new CheckRun(
              InstallFile.who(), Version.number(), began, clock.instant(), List.copyOf(results));
      Recording.of(target, read.install().namespace(), run)
          .ifPresent(why -> System.err.println("Not shown on the dashboard: " + why + "."));
    }
    return told(results);
  }

  private int told(List<Result> results) {
    if (json) System.out.println(Json.write(results));
    else System.out.println(ResultLines.sum(results));
    return ResultLines.bad(results).isEmpty() ? 0 : ExitCode.UNAVAILABLE;
  }
}
