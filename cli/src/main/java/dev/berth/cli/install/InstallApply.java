package dev.berth.cli.install;

import dev.berth.cli.line.Version;
import dev.berth.installer.cluster.Applying;
import dev.berth.installer.cluster.Entrance;
import dev.berth.installer.manifests.Rendering;
import dev.berth.installer.manifests.SecretSource;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Brings an installation to what its file says. */
@Command(
    name = "apply",
    description = {
      "Makes or changes the installation to what the file says, waits until it serves, and says how to log in.",
      "Once more with the same file changes nothing. Broken off, it goes on when it is called again;",
      "where it fails, it puts back what was there before. Volumes and secrets always stay."
    },
    mixinStandardHelpOptions = true)
final class InstallApply implements Callable<Integer> {
  @Mixin private InstallFile file = new InstallFile();

  @Option(
      names = "--wait",
      paramLabel = "TIME",
      defaultValue = "PT10M",
      converter = PatienceForm.class,
      description = "How long each part may take until it serves, as 90s or 10m; 10m unless said.")
  private Duration patience = Duration.ofMinutes(10);

  @Option(
      names = "--keep-failed",
      description = "Leave what failed as it is, to look at; the next apply goes on from there.")
  private boolean keepFailed;

  @Option(names = "--force", description = "Overtake somebody else's apply that has not ended.")
  private boolean force;

  @Override
  public Integer call() throws InterruptedException {
    var read = file.read();
    var install = read.install();
    var clock = Clock.systemUTC();
    try (var target = read.target()) {
      System.err.println(
          "Berth on %s, namespace %s".formatted(target.server(), install.namespace()));
      var kept = target.kept(install);
      var again = SecretSource.again(install, read.said(), kept).keySet();
      if (!again.isEmpty()) {
        System.err.println("As before, since nothing says otherwise: " + String.join(", ", again));
      }
      var secrets = SecretSource.complete(install, read.said(), kept, clock.instant());
      var manifests = Rendering.of(install, read.said(), Optional.of(secrets), Version.number());
      var options =
          new Applying.Options(
              install.namespace(),
              InstallFile.who(),
              Version.number(),
              patience,
              keepFailed,
              force);
      var done = new Applying(target, options, System.err::println, clock).apply(manifests);
      System.err.println(
          done.isNothing()
              ? "Nothing was to be changed."
              : "%d made, %d changed, %d as before, %d removed."
                  .formatted(done.made(), done.changed(), done.same(), done.removed()));
      var entrance = Entrance.of(target, install);
      System.out.println("Dashboard: " + install.site().dashboard());
      System.out.println(
          "DNS must lead %s to %s."
              .formatted(String.join(", ", install.site().names()), entrance.address()));
      entrance
          .root()
          .ifPresent(root -> System.out.println("Browsers must trust this authority:\n" + root));
      System.out.println(
          Entrance.login(target, install)
              .map(link -> "Log in, once: " + link)
              .orElseGet(() -> "For a login link: " + Entrance.loginCommand(install)));
    }
    return 0;
  }
}
