package dev.berth.cli.role;

import dev.berth.base.metrics.Metrics;
import dev.berth.base.process.Beside;
import dev.berth.base.trust.ProcessTrust;
import dev.berth.cli.line.Version;
import dev.berth.cli.settings.Configuration;
import dev.berth.cli.settings.Home;
import dev.berth.control.Control;
import dev.berth.control.ControlConfig;
import dev.berth.control.account.Accounts;
import dev.berth.control.account.Keys;
import dev.berth.control.lead.Fence;
import dev.berth.control.source.Sources;
import dev.berth.control.store.Database;
import dev.berth.dashboard.Pages;
import dev.berth.protocol.api.Me;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Opens control as the configuration says, whatever process it is in. */
final class ControlOf {
  /**
   * What it is opened with, now or when it leads.
   *
   * @param ssh the port by which clients reach workspaces; empty where that is off
   */
  record Parts(
      Configuration configuration,
      Keys keys,
      Optional<Integer> ssh,
      WorkspaceHost host,
      Database database,
      Sources sources,
      Metrics metrics) {}

  private ControlOf() {}

  /** The configuration's database. */
  static Database database(Home home, Configuration configuration) {
    return configuration
        .database()
        .map(server -> Database.server(server.url(), server.user(), server.password()))
        .orElseGet(() -> Database.embedded(home.database()));
  }

  /** Where it is opened beside other things. */
  static Database opened(Beside<Database> opening) throws InterruptedException {
    try {
      return opening.result();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where definitions and commits come from. */
  static Sources sources(Home home, Configuration configuration) {
    return Sources.open(
        new Sources.Settings(
            configuration.folders(),
            configuration.innerHosts(),
            configuration
                .cluster()
                .<Predicate<InetAddress>>map(cluster -> cluster.network()::closes)
                .orElse(_ -> false),
            configuration.cluster().isEmpty(),
            home.gitCache(),
            Sources.Settings.LONGEST,
            Optional.of(home.trials()),
            configuration.authorities().isEmpty()
                ? Optional.empty()
                : Optional.of(home.trust().resolve(ProcessTrust.BUNDLE))));
  }

  /** The tokens of those who may ask which control leads: gateways and the command line. */
  static List<String> whoMayAsk(Keys keys) {
    return List.of(keys.token(Control.GATEWAY_KEY), Accounts.commandLineToken(keys));
  }

  /**
   * Opens it.
   *
   * @param self the name of this control among others, for people
   * @param reportsWithin how long gateways may need to tell who is there
   */
  static Control open(String self, Parts parts, Fence fence, Duration reportsWithin) {
    var configuration = parts.configuration();
    return Control.open(
        new ControlConfig(
            configuration.dashboard(),
            configuration.sizes(),
            configuration.defaultSize(),
            configuration.stop(),
            configuration.retention(),
            parts.ssh().map(port -> new Me.SshAddress(configuration.dashboard().getHost(), port)),
            parts.host().editor(),
            Version.number(),
            reportsWithin,
            configuration.authorities().pem(),
            SurroundingHops.of(self, configuration, parts.database(), parts.host(), parts.ssh())),
        parts.database(),
        parts.host().driver(),
        parts.host().saves(),
        parts.sources(),
        parts.keys(),
        fence,
        parts.metrics(),
        new SitePages(Pages.site()));
  }
}
