package dev.berth.cli.role;

import dev.berth.base.metrics.Metrics;
import dev.berth.cli.settings.Configuration;
import dev.berth.cli.settings.Home;
import dev.berth.cli.settings.RoleSettings;
import dev.berth.cli.settings.Trust;
import dev.berth.gateway.Gateway;
import dev.berth.gateway.control.ControlHosts;
import java.security.Security;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A gateway as a process of its own, one of several. */
final class GatewayRole implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(GatewayRole.class);

  private final RoleSettings.Drain drain;
  private final Readiness readiness;
  private final Gateway gateway;
  private final Deque<AutoCloseable> opened;

  private GatewayRole(
      RoleSettings.Drain drain, Readiness readiness, Gateway gateway, Deque<AutoCloseable> opened) {
    this.drain = drain;
    this.readiness = readiness;
    this.gateway = gateway;
    this.opened = opened;
  }

  /** Opens it; control may be away. */
  static GatewayRole open(Home home, Configuration configuration) {
    // A control that is new has a new address; the JDK would know the old ones for half a minute.
    Security.setProperty("networkaddress.cache.ttl", "1");
    Security.setProperty("networkaddress.cache.negative.ttl", "1");
    home.create();
    Trust.begin(configuration, home.trust(), LOG::warn);
    var opened = new ArrayDeque<AutoCloseable>();
    var readiness = new Readiness("The gateway is starting.");
    var metrics = new Metrics();
    try {
      HealthServer.ofRole(configuration.roles().health(), readiness, metrics)
          .ifPresent(opened::push);
      var ssh = SshPort.free(configuration.ssh(), LOG::warn);
      var hosts = new ControlHosts.Among(configuration.roles().hosts());
      var gateway =
          GatewayOf.open(home, configuration, configuration.gatewayKey(home), ssh, hosts, metrics);
      opened.push(gateway);
      readiness.as(() -> missing(gateway, hosts));
      LOG.info("this gateway listens on {}", gateway.addresses());
      return new GatewayRole(configuration.roles().drain(), readiness, gateway, opened);
    } catch (RuntimeException e) {
      Installation.close(opened);
      throw e;
    }
  }

  /** What it still lacks before anybody may be sent to it. */
  private static Optional<String> missing(Gateway gateway, ControlHosts.Among hosts) {
    if (!gateway.isKnown()) {
      return Optional.of("No control has told yet where workspaces run; asked: " + hosts.hosts());
    }
    return gateway.isOpen() ? Optional.empty() : Optional.of("SSH is not served yet.");
  }

  /** Lets people go elsewhere: new ones at once, those who have something open when that ends. */
  void drain() throws InterruptedException {
    LOG.info("this gateway drains");
    readiness.not("The gateway is ending.");
    Thread.sleep(drain.delay());
    gateway.drain(drain.longest());
  }

  @Override
  public void close() {
    Installation.close(opened);
  }
}
