package dev.berth.cli.role;

import dev.berth.base.http.HttpServer;
import dev.berth.base.metrics.Metrics;
import dev.berth.base.process.Beside;
import dev.berth.cli.line.Version;
import dev.berth.cli.settings.Configuration;
import dev.berth.cli.settings.Home;
import dev.berth.cli.settings.OutwardSettings;
import dev.berth.cli.settings.Trust;
import dev.berth.control.Control;
import dev.berth.control.lead.Fence;
import dev.berth.control.lead.Standing;
import dev.berth.control.store.Database;
import dev.berth.gateway.Gateway;
import dev.berth.gateway.access.InternalKey;
import dev.berth.gateway.control.ControlHosts;
import dev.berth.node.Node;
import dev.berth.node.NodeConfig;
import dev.berth.node.save.SaveCounts;
import dev.berth.node.save.SaveOptions;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Consumer;

/** All roles of one machine in this process, open: node, control, gateway. */
public final class Installation implements AutoCloseable {
  /** Control's first looks at all workspaces take 3 s at most. */
  private static final Duration ROUTES = Duration.ofSeconds(5);

  private final Home home;
  private final Configuration configuration;
  private final Control control;
  private final Deque<AutoCloseable> opened;

  private Installation(
      Home home, Configuration configuration, Control control, Deque<AutoCloseable> opened) {
    this.home = home;
    this.configuration = configuration;
    this.control = control;
    this.opened = opened;
  }

  /**
   * Opens it; what is missing on the machine is installed and told to {@code progress}.
   *
   * @param port instead of the configuration's
   */
  public static Installation open(Home home, Optional<Integer> port, Consumer<String> progress)
      throws InterruptedException {
    var configuration = foreseen(home, port);
    home.create();
    Logging.write(configuration.roles().logs());
    Trust.begin(configuration, home.trust(), progress);
    OutwardSettings.begin(configuration);
    var opened = new ArrayDeque<AutoCloseable>();
    // The database opens while the machine is prepared: neither needs the other, and each takes
    // half.
    var database =
        Beside.begin(Thread.ofPlatform().daemon(), () -> ControlOf.database(home, configuration));
    try {
      var metrics = new Metrics();
      var host = WorkspaceHost.open(home, configuration, metrics, opened, progress);
      return open(home, configuration, metrics, host, ControlOf.opened(database), opened, progress);
    } catch (RuntimeException | InterruptedException e) {
      closeWhatOpens(database, e);
      close(opened);
      throw e;
    }
  }

  /** The configuration, where nothing keeps it from being opened that can be known beforehand. */
  static Configuration foreseen(Home home, Optional<Integer> port) {
    var configuration = Configuration.read(home.configuration(), System.getenv(), port);
    Foresight.look(configuration);
    return configuration;
  }

  private static void closeWhatOpens(Beside<Database> opening, Exception why)
      throws InterruptedException {
    try {
      ControlOf.opened(opening).close();
    } catch (RuntimeException e) {
      if (!e.equals(why)) why.addSuppressed(e); // it did not open either, and may be why
    }
  }

  /** The same over a machine that is prepared already, which its caller closes. */
  public static Installation over(
      Node machine,
      Home home,
      Configuration configuration,
      Metrics metrics,
      Consumer<String> progress)
      throws InterruptedException {
    return open(
        home,
        configuration,
        metrics,
        WorkspaceHost.of(machine),
        ControlOf.database(home, configuration),
        new ArrayDeque<>(),
        progress);
  }

  /** The same over what is there already; what is in {@code opened} is closed with it. */
  static Installation open(
      Home home,
      Configuration configuration,
      Metrics metrics,
      WorkspaceHost host,
      Database database,
      Deque<AutoCloseable> opened,
      Consumer<String> progress)
      throws InterruptedException {
    opened.push(database);
    try {
      var keys = configuration.keys(home);
      var ssh = SshPort.free(configuration.ssh(), progress);
      var parts =
          new ControlOf.Parts(
              configuration,
              keys,
              ssh.map(Configuration.Ssh::publicPort),
              host,
              database,
              ControlOf.sources(home, configuration),
              metrics);
      var readiness = new Readiness();
      var api =
          database.isShared()
              ? leased(home, parts, readiness, opened, progress)
              : alone(parts, opened);
      var gateway =
          GatewayOf.open(
              home,
              configuration,
              InternalKey.of(keys.derive(Control.GATEWAY_KEY)),
              ssh,
              new ControlHosts.At(api.address()),
              metrics);
      opened.push(gateway);
      gateway.awaitRoutes(ROUTES);
      HealthServer.ofAll(configuration.roles().health(), readiness, metrics)
          .ifPresent(opened::push);
      var installation = new Installation(home, configuration, api.control(), opened);
      installation.tell(api.address(), gateway);
      return installation;
    } catch (RuntimeException | InterruptedException e) {
      close(opened);
      throw e;
    }
  }

  /** Control, and where its API is served. */
  private record Api(Control control, InetSocketAddress address) {}

  private static InetSocketAddress loopback() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  /** Over a database that this process has alone. */
  private static Api alone(ControlOf.Parts parts, Deque<AutoCloseable> opened) {
    parts.host().driver().beginTurn(() -> true);
    var control = ControlOf.open("control of this machine", parts, Fence.NONE, Duration.ZERO);
    opened.push(control);
    var server =
        HttpServer.open(
            loopback(), HttpServer.Limits.DEFAULT, control.strangers(), control.routes());
    opened.push(server);
    return new Api(control, server.address());
  }

  /** Over a database that others reach, too: while this one leads in it. */
  private static Api leased(
      Home home,
      ControlOf.Parts parts,
      Readiness readiness,
      Deque<AutoCloseable> opened,
      Consumer<String> progress)
      throws InterruptedException {
    var replica = Replica.open(home);
    opened.push(replica);
    LeasedControl.awaitVacancy(parts.database(), replica.name(), progress);
    var control =
        LeasedControl.open(
            replica.name(),
            parts,
            loopback(),
            address -> literal(address) + ":" + address.getPort());
    opened.push(control);
    readiness.as(() -> unready(control.standing()));
    readiness.stuckAs(control::stuck);
    return new Api(control.awaitFirst(), control.address());
  }

  /** Nobody else serves this machine's workspaces where this one does not lead. */
  private static Optional<String> unready(Standing standing) {
    return switch (standing) {
      case Standing.Leads _ -> Optional.empty();
      case Standing.Begins _ -> Optional.of("Control opens what it leads with.");
      case Standing.StandsBy _ -> Optional.of("Another control leads in the database, or none.");
      case Standing.Lost(var why) -> Optional.of(why);
    };
  }

  public static NodeConfig nodeConfig(Home home, Configuration configuration, Metrics metrics) {
    return new NodeConfig(
        home.instances(),
        home.builds(),
        configuration.images().orElseGet(home::images),
        WorkspaceHost.supervisorTree(),
        configuration.insecureRegistries(),
        configuration.mirrors(),
        configuration.packages(),
        configuration.editor(),
        configuration.editors().orElseGet(home::editors),
        configuration.network(),
        saves(home, configuration, metrics),
        configuration.authorities());
  }

  private static Optional<SaveOptions> saves(
      Home home, Configuration configuration, Metrics metrics) {
    var saves = configuration.saves();
    if (!saves.every().isPositive()) return Optional.empty();
    var key = configuration.keys(home).derive("snapshots");
    return Optional.of(
        SaveOptions.usual(home.snapshots(), configuration.distant(), key, saves.every())
            .within(saves.longest())
            .excluding(saves.exclude(), saves.largestFileBytes())
            .counting(new SaveCounts(metrics)));
  }

  private void tell(InetSocketAddress api, Gateway gateway) {
    var listens = gateway.addresses().getFirst();
    var host = listens.getAddress().isAnyLocalAddress() ? "127.0.0.1" : literal(listens);
    var server =
        new Home.Server(
            ProcessHandle.current().pid(),
            "http://127.0.0.1:" + api.getPort(),
            configuration.dashboard().toString(),
            host,
            listens.getPort(),
            configuration.tls().map(tls -> tls.chain().toAbsolutePath().toString()),
            false,
            Version.number());
    home.tell(server, control.accounts().commandLineToken());
  }

  private static String literal(InetSocketAddress address) {
    var ip = address.getAddress().getHostAddress();
    return address.getAddress() instanceof Inet6Address ? "[" + ip + "]" : ip;
  }

  /** A link that logs a browser in, once. */
  public String loginLink() {
    var accounts = control.accounts();
    return configuration.dashboard() + "/login/" + accounts.loginToken(accounts.owner());
  }

  @Override
  public void close() {
    home.untell();
    close(opened);
  }

  /** Closes what was opened last first. */
  static void close(Deque<AutoCloseable> opened) {
    while (!opened.isEmpty()) {
      try {
        opened.pop().close();
      } catch (Exception e) {
        System.err.println("berth: a part did not close: " + e.getMessage());
      }
    }
  }
}
