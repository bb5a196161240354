package dev.berth.gateway;

import dev.berth.base.metrics.Metrics;
import dev.berth.gateway.access.Doorkeeper;
import dev.berth.gateway.access.EndedSessions;
import dev.berth.gateway.access.PassCookie;
import dev.berth.gateway.control.Leader;
import dev.berth.gateway.http.Answered;
import dev.berth.gateway.http.Entrance;
import dev.berth.gateway.net.ServedCertificate;
import dev.berth.gateway.net.Transport;
import dev.berth.gateway.route.Addresses;
import dev.berth.gateway.route.RouteTable;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The door, open. */
public final class Gateway implements AutoCloseable {
  /** How often control is told who is there; an idle stop after minutes needs no more. */
  private static final Duration REPORT = Duration.ofSeconds(10);

  /** How long closing waits for answers that are being given. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final Duration DRAIN_LOOK = Duration.ofMillis(100);

  /** What is known of workspaces; for tests to wait for. */
  final RouteTable routes;

  private final Transport transport;
  private final Optional<ServedCertificate> tls;
  private final ControlSide control;
  private final EditorSide editors;
  private final Entrance entrance;
  private final SshSide ssh;

  private Gateway(
      RouteTable routes,
      Transport transport,
      Optional<ServedCertificate> tls,
      ControlSide control,
      EditorSide editors,
      Entrance entrance,
      SshSide ssh) {
    this.routes = routes;
    this.transport = transport;
    this.tls = tls;
    this.control = control;
    this.editors = editors;
    this.entrance = entrance;
    this.ssh = ssh;
  }

  /** Opens it; it answers at once, also while control is away. Returns when it listens. */
  public static Gateway open(GatewayConfig config) {
    return open(config, REPORT, Clock.systemUTC());
  }

  /**
   * The same.
   *
   * @param report how often control is told who is there
   */
  static Gateway open(GatewayConfig config, Duration report, Clock clock) {
    var addresses = new Addresses(config.dashboard());
    var tls = config.tls().map(Gateway::certificate);
    var transport = Transport.open(Math.max(1, Runtime.getRuntime().availableProcessors()));
    try {
      return open(config, report, clock, addresses, tls, transport);
    } catch (RuntimeException e) {
      tls.ifPresent(ServedCertificate::close);
      transport.close();
      throw e;
    }
  }

  private static Gateway open(
      GatewayConfig config,
      Duration report,
      Clock clock,
      Addresses addresses,
      Optional<ServedCertificate> tls,
      Transport transport) {
    var routes = new RouteTable();
    var ended = new EndedSessions();
    var doorkeeper = new Doorkeeper(routes, ended, addresses, clock);
    var cookie = new PassCookie(config.key(), addresses.keepsSecureCookies());
    var control = ControlSide.open(config, transport, report, clock);
    var editors = EditorSide.open(config, addresses, routes, clock);
    var ssh = SshSide.open(config.ssh(), routes, control.activity(), config.metrics(), clock);
    var entrance =
        Entrance.open(
            new Entrance.Parts(
                transport,
                addresses,
                doorkeeper,
                cookie,
                control.link(),
                control.activity(),
                new Answered(config.metrics()),
                config.pages(),
                editors.statics(),
                ssh::hostKeys,
                clock),
            new Entrance.Door(
                config.listen(),
                config.redirect(),
                control.leader(),
                editors.gallery().address(),
                tls,
                config.trustedProxies()));
    control.listen(
        config.self(),
        transport.next(),
        event -> {
          routes.apply(event);
          ended.apply(event);
          entrance.recheck();
          ssh.recheck();
          editors.apply(event);
        },
        entrance::recheck);
    gauges(config.metrics(), routes, control.leader());
    return new Gateway(routes, transport, tls, control, editors, entrance, ssh);
  }

  private static void gauges(Metrics metrics, RouteTable routes, Leader leader) {
    metrics.gauge(
        "berth_gateway_running_workspaces",
        "Workspaces that this gateway has a route to.",
        List.of(),
        () -> Metrics.Value.of(routes.running()));
    metrics.gauge(
        "berth_gateway_knows_control",
        "Whether this gateway knows a control that leads.",
        List.of(),
        () -> Metrics.Value.of(leader.address().isPresent() ? 1 : 0));
  }

  private static ServedCertificate certificate(GatewayConfig.Tls files) {
    return ServedCertificate.open(files.chain(), files.key(), files.between());
  }

  /** Where it leads browsers to TLS. */
  List<InetSocketAddress> redirects() {
    return entrance.redirects();
  }

  /** Where it listens. */
  public List<InetSocketAddress> addresses() {
    return entrance.addresses();
  }

  /**
   * Waits until control has told which workspaces there are, at most {@code longest}; before that a
   * request for one is answered with 503.
   */
  public void awaitRoutes(Duration longest) throws InterruptedException {
    routes.awaitKnown(longest);
  }

  /** Whether control has told which workspaces there are. */
  public boolean isKnown() {
    return routes.known();
  }

  /** Whether it takes SSH clients, too, if it is to: that door opens last. */
  public boolean isOpen() {
    return ssh.isSettled();
  }

  /**
   * Takes nobody more, and waits until all that is open has ended, at most {@code longest}: also
   * terminals, SSH sessions, downloads and streams of the users' own servers. Event streams of our
   * pages, which go on elsewhere by themselves, end at once.
   */
  public void drain(Duration longest) throws InterruptedException {
    long until = System.nanoTime() + longest.toNanos();
    entrance.drain();
    ssh.drain();
    while (System.nanoTime() - until < 0 && !(entrance.isEmpty() && ssh.isEmpty())) {
      Thread.sleep(DRAIN_LOOK);
    }
  }

  /** Takes nobody more, waits up to 10 s for answers that are being given, and hangs up. */
  @Override
  public void close() {
    try {
      entrance.close(PATIENCE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // close at once
    }
    ssh.close();
    control.close();
    tls.ifPresent(ServedCertificate::close);
    editors.close();
    transport.close();
  }
}
