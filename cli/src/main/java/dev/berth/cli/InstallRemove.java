package dev.berth.cli;

import dev.berth.base.Problem;
import dev.berth.installer.cluster.Removing;
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
      "but no namespace that was there before Berth."
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
              install.namespace(),
              install.workspaces(),
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
      removing.remove(InstallFile.who(), data, patience);
    }
    return 0;
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
