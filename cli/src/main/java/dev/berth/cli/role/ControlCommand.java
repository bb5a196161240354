package dev.berth.cli.role;

import dev.berth.cli.settings.Configuration;
import dev.berth.cli.settings.Home;
import dev.berth.cli.settings.OutwardSettings;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Runs control alone, as one of several. */
@Command(
    name = "control",
    description = {
      "Runs control as a process of its own, beside others of which one leads; for a cluster.",
      "SIGTERM ends it; another leads within a second. docs/operate/roles.md tells of it."
    },
    mixinStandardHelpOptions = true)
final class ControlCommand implements Callable<Integer> {
  @Override
  public Integer call() throws InterruptedException {
    var home = Home.find();
    var configuration = Configuration.read(home.configuration(), System.getenv(), Optional.empty());
    Logging.ofRole(configuration.roles().logs());
    OutwardSettings.begin(configuration);
    try (var ending = Ending.exitingWell();
        var _ = ControlRole.open(home, configuration, ending)) {
      ending.await();
    }
    return 0;
  }
}
