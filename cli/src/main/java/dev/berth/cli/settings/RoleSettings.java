package dev.berth.cli.settings;

import dev.berth.base.Problem;
import dev.berth.base.config.Settings;
import dev.berth.gateway.control.ControlHosts;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The part of {@code berth.yaml} for processes with one role: {@code control}, {@code health},
 * {@code drain}.
 *
 * @param address where a control listens; empty for all addresses
 * @param port of a control
 * @param advertised where other controls say that this one is, as host:port; empty for its own
 *     address
 * @param gateway where the commands beside a control reach the gateway; empty for the dashboard's
 *     address
 * @param checks the file in which a control finds what `berth install check` recorded
 * @param hosts where a gateway finds the controls
 * @param health where it is told how a process is
 * @param drain how a gateway ends
 * @param gatewayKeyFile what a gateway needs of the installation's key, where it is not given the
 *     whole
 */
public record RoleSettings(
    Optional<InetAddress> address,
    int port,
    Optional<String> advertised,
    Optional<ControlHosts.Host> gateway,
    Optional<Path> checks,
    List<ControlHosts.Host> hosts,
    Health health,
    Drain drain,
    LogFormat logs,
    Optional<Path> gatewayKeyFile) {
  private static final int PORT = 8484;

  /** Where it is told how a process is, where a port is named, or the role has one anyway. */
  public record Health(Optional<InetAddress> address, Optional<Integer> port) {}

  /**
   * How a gateway ends.
   *
   * @param delay until those who send people here know that it ends
   * @param longest for what is open
   */
  public record Drain(Duration delay, Duration longest) {}

  /** How lines of the log look. */
  public enum LogFormat {
    /** For people. */
    TEXT,
    /** One object a line. */
    JSON
  }

  static RoleSettings read(Settings settings) {
    return new RoleSettings(
        settings.parsed("control.address", Configuration::address),
        settings.number("control.port", PORT, 1, 65535),
        settings.text("control.advertised"),
        settings.parsed("control.gateway", RoleSettings::host),
        settings.text("control.checks").map(Path::of),
        hosts(settings),
        new Health(settings.parsed("health.address", Configuration::address), healthPort(settings)),
        new Drain(
            settings.time("drain.delay", Duration.ofSeconds(5)),
            settings.time("drain.longest", Duration.ofMinutes(5))),
        settings.parsed("log.format", RoleSettings::format).orElse(LogFormat.TEXT),
        settings.text("key.gatewayFile").map(Path::of));
  }

  private static Optional<Integer> healthPort(Settings settings) {
    int port = settings.number("health.port", 0, 0, 65535);
    return settings.text("health.port").isPresent() ? Optional.of(port) : Optional.empty();
  }

  private static List<ControlHosts.Host> hosts(Settings settings) {
    var hosts = new ArrayList<ControlHosts.Host>();
    for (var text : settings.list("control.hosts")) {
      try {
        hosts.add(ControlHosts.Host.parse(text.strip()));
      } catch (Problem.Invalid e) {
        settings.wrong("control.hosts: " + e.what() + " " + e.remedy());
      }
    }
    return hosts.isEmpty() ? List.of(new ControlHosts.Host("127.0.0.1", PORT)) : hosts;
  }

  private static ControlHosts.Host host(String text) {
    try {
      return ControlHosts.Host.parse(text.strip());
    } catch (Problem.Invalid e) {
      throw new IllegalArgumentException("is no place: " + e.remedy(), e);
    }
  }

  private static LogFormat format(String text) {
    return switch (text) {
      case "text" -> LogFormat.TEXT;
      case "json" -> LogFormat.JSON;
      default -> throw new IllegalArgumentException("must be text or json");
    };
  }
}
