package dev.berth.cli.install;

import dev.berth.base.json.Json;
import dev.berth.cli.line.ExitCode;
import dev.berth.installer.cluster.Standing;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Says how an installation is. */
@Command(
    name = "status",
    description = {
      "Shows the parts of the installation, what they run, and what is not well and why.",
      "Exit code 0 where all is well, 69 where something is not, 66 where there is no installation."
    },
    mixinStandardHelpOptions = true)
final class InstallStatus implements Callable<Integer> {
  @Mixin private InstallFile file = new InstallFile();

  @Option(
      names = "--json",
      description = "Print one JSON object: applied, version, unfinished, components.")
  private boolean json;

  @Override
  public Integer call() {
    var read = file.read();
    try (var target = read.target()) {
      var standing = Standing.of(target, read.install().namespace());
      if (json) System.out.println(Json.write(standing));
      else tell(standing);
      return standing.isWell() ? 0 : ExitCode.UNAVAILABLE;
    }
  }

  private static void tell(Standing standing) {
    standing
        .applied()
        .ifPresentOrElse(
            at ->
                System.out.println(
                    "Berth %s, applied %s".formatted(standing.version().orElse("?"), at)),
            () -> System.out.println("It was never applied to its end."));
    standing
        .unfinished()
        .ifPresent(words ->
            System.out.println("An apply has not ended: %s; call it again.".formatted(words)));
    for (var component : standing.components()) {
      System.out.println(
          "%s  %-12s %-18s %s%s"
              .formatted(
                  component.well() ? "ok     " : "NOT OK ",
                  component.kind(),
                  component.name(),
                  component.words(),
                  component.image().map(image -> "  " + image).orElse("")));
    }
  }
}
