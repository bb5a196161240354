package dev.berth.cli.install;

import dev.berth.base.Problem;
import dev.berth.cli.settings.Configuration;
import dev.berth.control.account.Keys;
import dev.berth.installer.cluster.Removing;
import dev.berth.installer.cluster.Target;
import dev.berth.installer.config.Install;
import dev.berth.installer.manifests.Secrets;
import java.io.Console;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Takes an installation away. */
@Command(
    name = "remove",
    description = {
      "Takes the installation away: its workspaces save and end first, then all that was applied goes.",
      "Volumes, secrets and namespaces stay, so that apply brings it up again; --data removes them, too,",
      "but no namespace that was there before Berth, or in which another installation has workspaces.",
      "Exit code 0 where it is gone, or you said no; 66 where there is none; 69 where something has not",
      "ended in time, which is named with what holds it; 75 where somebody else is changing it."
    },
    mixinStandardHelpOptions = true)
final class InstallRemove implements Callable<Integer> {
  @Mixin private InstallFile file = new InstallFile();

  @Option(
      names = "--data",
      description =
          "Remove volumes, secrets and the namespaces that apply made, too. All workspaces' files that are only there are lost, and what is in an object store elsewhere cannot be read any more without the key.")
  private boolean data;

  @Option(names = "--yes", description = "Do not ask.")
  private boolean yes;

  @Option(
      names = "--force",
      description =
          "Take away what does not end: pods whose node is lost at once, others after --wait, without a last save; finalizers that nobody serves after two minutes, or --wait; and the turn of somebody who is not at it any more.")
  private boolean force;

  @Option(
      names = "--wait",
      paramLabel = "TIME",
      defaultValue = "PT15M",
      converter = PatienceForm.class,
      description = "How long workspaces may take to save, as 90s or 15m; 15m unless said.")
  private Duration patience = Duration.ofMinutes(15);

  @Override
  public Integer call() throws InterruptedException {
    var read = file.read();
    var install = read.install();
    try (var target = read.target()) {
      var removing =
          new Removing(
              target,
              new Removing.Options(
                  install.namespace(),
                  install.workspaces(),
                  mark(target, install),
                  data,
                  force,
                  patience),
              System.err::println,
              Clock.systemUTC());
      var there = removing.there();
      if (there.isEmpty()) {
        throw new Problem.Missing(
            "The namespace %s at %s has no installation."
                .formatted(install.namespace(), target.server()),
            "Nothing is to be removed.");
      }
      if (!yes && !isConfirmed(target.server(), install.namespace(), there.size())) return 0;
      removing.remove(InstallFile.who());
      System.err.println("berth: removed");
    }
    return 0;
  }

  /** By what its pods and secrets are told from those of others; empty where the key is gone. */
  private static Optional<String> mark(Target target, Install install) {
    try {
      var key = target.kept(install).of(Secrets.KEYS).get("key");
      return Optional.ofNullable(key)
          .map(bytes ->
              Configuration.mark(
                  Keys.parse(
                      bytes, "in the secret %s/%s".formatted(install.namespace(), Secrets.KEYS))));
    } catch (Problem.Missing gone) {
      return Optional.empty();
    }
  }

  private boolean isConfirmed(String server, String namespace, int count) {
    var console =
        Optional.ofNullable(System.console())
            .filter(Console::isTerminal)
            .orElseThrow(() -> new Problem.Invalid("Nobody is there to be asked.", "Say --yes."));
    var answer =
        console.readLine(
            "Remove %d objects of Berth in %s at %s%s? Type the namespace's name: ",
            count, namespace, server, data ? ", with all data" : "; volumes and secrets stay");
    boolean confirmed = namespace.equals(String.valueOf(answer).strip());
    if (!confirmed) System.err.println("berth: nothing was removed");
    return confirmed;
  }
}
