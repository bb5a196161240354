package dev.berth.cli.role;

import dev.berth.base.Problem;
import dev.berth.base.metrics.Metrics;
import dev.berth.cli.line.Version;
import dev.berth.cli.settings.Configuration;
import dev.berth.cli.settings.Home;
import dev.berth.cli.settings.RoleSettings;
import dev.berth.cli.settings.Trust;
import dev.berth.control.account.Accounts;
import dev.berth.control.lead.Standing;
import dev.berth.control.store.Database;
import dev.berth.gateway.control.ControlHosts;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Control as a process of its own, one of several, of which that with the lease leads. */
final class ControlRole implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ControlRole.class);

  /** Between tries of a database that is away while this process starts. */
  private static final Duration RETRY = Duration.ofSeconds(2);

  private final Home home;
  private final Deque<AutoCloseable> opened;

  private ControlRole(Home home, Deque<AutoCloseable> opened) {
    this.home = home;
    this.opened = opened;
  }

  /**
   * Opens it. While the database is away it waits, and says so where it tells how it is;
   * interrupted where {@code ending} is asked for meanwhile.
   */
  static ControlRole open(Home home, Configuration configuration, Ending ending)
      throws InterruptedException {
    check(configuration);
    home.create();
    Trust.begin(configuration, home.trust(), LOG::warn);
    var opened = new ArrayDeque<AutoCloseable>();
    var readiness = new Readiness("Control is starting.");
    var metrics = new Metrics();
    try {
      HealthServer.ofRole(configuration.roles().health(), readiness, metrics)
          .ifPresent(opened::push);
      var replica = Replica.open(home);
      opened.push(replica);
      var keys = configuration.keys(home);
      var database = database(home, configuration, readiness, ending);
      opened.push(database);
      var host = WorkspaceHost.open(home, configuration, metrics, opened, LOG::info);
      readiness.not("Control opens what it leads with.");
      var parts =
          new ControlOf.Parts(
              configuration,
              keys,
              configuration.ssh().map(Configuration.Ssh::publicPort),
              host,
              database,
              ControlOf.sources(home, configuration),
              metrics);
      var control = serve(replica.name(), parts);
      opened.push(control);
      readiness.as(() -> unready(control.standing()));
      readiness.stuckAs(control::stuck);
      home.tell(server(configuration), Accounts.commandLineToken(keys));
      return new ControlRole(home, opened);
    } catch (RuntimeException | InterruptedException e) {
      Installation.close(opened);
      throw e;
    }
  }

  private static void check(Configuration configuration) {
    if (configuration.cluster().isEmpty()) {
      throw new Problem.Invalid(
          "A control of its own runs workspaces on a cluster, and none is configured.",
          "Set cluster (docs/operate/kubernetes.md), or run all in one process with `berth up`.");
    }
    configuration.cluster().get().network().refuseUnnamed();
    if (configuration.database().isEmpty()) {
      throw new Problem.Invalid(
          "A control of its own needs a database that others reach, and none is configured.",
          "Set database.url to a MySQL or MariaDB server's.");
    }
  }

  private static Database database(
      Home home, Configuration configuration, Readiness readiness, Ending ending)
      throws InterruptedException {
    readiness.not("Control waits for its database.");
    var told = "";
    while (true) {
      try {
        return ControlOf.database(home, configuration);
      } catch (Problem.Unavailable problem) {
        if (!told.equals(problem.what())) LOG.warn("{} It is tried again.", problem.words());
        told = problem.what();
        // What is wrong names the database and its user, and whoever asks may be anybody.
        readiness.not("Control's database cannot be opened; its log says why.");
        ending.pause(RETRY);
      }
    }
  }

  private static LeasedControl serve(String self, ControlOf.Parts parts) {
    var roles = parts.configuration().roles();
    var advertised = advertised(roles);
    var address = roles.address().orElseGet(() -> new InetSocketAddress(0).getAddress());
    return LeasedControl.open(
        self, parts, new InetSocketAddress(address, roles.port()), _ -> advertised);
  }

  /** Where other replicas say that this one is. */
  private static String advertised(RoleSettings roles) {
    return roles
        .advertised()
        .orElseGet(() -> literal(roles.address().orElseGet(ControlRole::own)) + ":" + roles.port());
  }

  private static InetAddress own() {
    try {
      return InetAddress.getLocalHost();
    } catch (UnknownHostException e) {
      throw new Problem.Unavailable(
          "This machine's own address is not known: %s.".formatted(e.getMessage()),
          "Set control.advertised to host:port, as other controls reach this one.",
          e);
    }
  }

  private static String literal(InetAddress address) {
    var usual = address.isAnyLocalAddress() ? own() : address;
    var ip = usual.getHostAddress();
    return usual instanceof Inet6Address ? "[" + ip + "]" : ip;
  }

  /** What commands beside this process are told. */
  static Home.Server server(Configuration configuration) {
    var roles = configuration.roles();
    var address = roles.address().filter(one -> !one.isAnyLocalAddress());
    var dashboard = configuration.dashboard();
    var gateway =
        roles
            .gateway()
            .orElseGet(() -> new ControlHosts.Host(dashboard.getHost(), portOf(dashboard)));
    boolean tlsBefore =
        roles.gateway().isEmpty()
            && configuration.tls().isEmpty()
            && "https".equals(dashboard.getScheme());
    return new Home.Server(
        ProcessHandle.current().pid(),
        "http://%s:%d"
            .formatted(address.map(ControlRole::literal).orElse("127.0.0.1"), roles.port()),
        dashboard.toString(),
        gateway.name(),
        gateway.port(),
        configuration.tls().map(tls -> tls.chain().toAbsolutePath().toString()),
        tlsBefore,
        Version.number());
  }

  private static int portOf(URI dashboard) {
    if (dashboard.getPort() > 0) return dashboard.getPort();
    return "https".equals(dashboard.getScheme()) ? 443 : 80;
  }

  private static Optional<String> unready(Standing standing) {
    return switch (standing) {
      case Standing.Leads _, Standing.Begins _, Standing.StandsBy _ -> Optional.empty();
      case Standing.Lost(var why) -> Optional.of(why);
    };
  }

  /** Gives the lease back, so that another leads at once. */
  @Override
  public void close() {
    home.untell();
    Installation.close(opened);
  }
}
