package dev.berth.cli.install;

import dev.berth.base.Problem;
import dev.berth.cli.settings.Configuration;
import dev.berth.cli.settings.OutwardSettings;
import dev.berth.cli.settings.Trust;
import dev.berth.installer.checks.Inside;
import dev.berth.installer.checks.Reach;
import dev.berth.installer.checks.VolumeProbe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** What the pods of `berth install check` run; nobody else calls it. */
@Command(
    name = "probe",
    hidden = true,
    description = "What pods of `berth install check` run: listen, reach, users, look, volume.",
    mixinStandardHelpOptions = true)
final class InstallProbe implements Callable<Integer> {
  @Parameters(description = "What to do, and with what.")
  private List<String> words = List.of();

  @Override
  public Integer call() throws IOException, InterruptedException {
    switch (words.getFirst()) {
      case "listen" -> Inside.listen(Integer.parseInt(words.get(1)));
      case "reach" -> Inside.reach(words.get(1), Integer.parseInt(words.get(2)), System.out);
      case "users" -> users();
      case "look" ->
          look(
              words.get(1).equals("all"),
              Integer.parseInt(words.get(2)),
              words.stream().skip(3).findFirst().filter(serial -> !serial.equals("-")),
              words.stream().skip(4).findFirst().orElse("control").equals("control"));
      case "volume" -> VolumeProbe.run(Path.of(words.get(1)), System.out);
      default ->
          throw new Problem.Invalid(
              "There is nothing called %s to try.".formatted(words.getFirst()),
              "Call berth install check.");
    }
    return 0;
  }

  /** Whose number root has outside. */
  private static void users() throws IOException {
    for (var line : Files.readAllLines(Path.of("/proc/self/uid_map"))) {
      var parts = List.of(line.strip().split("\\s+"));
      if (parts.getFirst().equals("0")) {
        System.out.println("root is %s of its node".formatted(parts.get(1)));
      }
    }
  }

  /**
   * As a role that has these settings would.
   *
   * @param all whether parts in the cluster are there already
   * @param ssh the port of the SSH door from outside; 0 for none
   * @param shown the serial number of the gateway's certificate, where it is known
   * @param control whether it is in the place of control, not in that of a workspace
   */
  private static void look(boolean all, int ssh, Optional<String> shown, boolean control)
      throws InterruptedException {
    var file =
        Path.of(Optional.ofNullable(System.getenv("BERTH_CONFIGURATION")).orElse("berth.yaml"));
    var configuration = Configuration.read(file, System.getenv(), Optional.empty());
    Trust.beginForNow(configuration);
    OutwardSettings.begin(configuration);
    var database =
        configuration
            .database()
            .filter(_ -> control)
            .filter(server -> all || !server.url().contains("//berth-database."))
            .map(server -> new Inside.Database(server.url(), server.user(), server.password()));
    var store =
        configuration
            .distant()
            .filter(distant -> all || !distant.bucket().toString().contains("//berth-objects."))
            .<Inside.Store>map(distant -> () -> distant.bucket().prove(distant.folder()));
    var dashboard = configuration.dashboard();
    boolean tls = "https".equals(dashboard.getScheme());
    int web = dashboard.getPort() < 0 ? (tls ? 443 : 80) : dashboard.getPort();
    var reach =
        new Reach(
            "B8",
            "a pod",
            dashboard.getHost(),
            tls,
            web,
            ssh == 0 ? Optional.empty() : Optional.of(ssh),
            Optional.empty(),
            all,
            shown,
            Optional.of(Trust.context()));
    Inside.look(database, store, control ? Optional.empty() : Optional.of(reach), System.out);
  }
}
