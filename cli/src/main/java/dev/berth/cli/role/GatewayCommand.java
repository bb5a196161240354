package dev.berth.cli.role;

import dev.berth.cli.settings.Configuration;
import dev.berth.cli.settings.Home;
import dev.berth.cli.settings.OutwardSettings;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Runs a gateway alone, as one of several. */
@Command(
    name = "gateway",
    description = {
      "Runs a gateway as a process of its own, beside others; it finds the control that leads.",
      "SIGTERM drains it: what is open goes on for a while. docs/operate/roles.md tells of it."
    },
    mixinStandardHelpOptions = true)
final class GatewayCommand implements Callable<Integer> {
  @Override
  public Integer call() throws InterruptedException {
    var home = Home.find();
    var configuration = Configuration.read(home.configuration(), System.getenv(), Optional.empty());
    Logging.ofRole(configuration.roles().logs());
    OutwardSettings.begin(configuration);
    try (var ending = Ending.exitingWell();
        var role = GatewayRole.open(home, configuration)) {
      ending.await();
      role.drain();
    }
    return 0;
  }
}
