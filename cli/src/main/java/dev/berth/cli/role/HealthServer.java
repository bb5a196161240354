package dev.berth.cli.role;

import dev.berth.base.http.Header;
import dev.berth.base.http.HttpServer;
import dev.berth.base.http.Response;
import dev.berth.base.http.Router;
import dev.berth.base.metrics.Metrics;
import dev.berth.base.metrics.ProcessMetrics;
import dev.berth.cli.settings.RoleSettings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Tells whoever looks after this process how it is: /healthz, /readyz, /metrics. */
final class HealthServer {
  private static final int PORT_OF_ROLE = 9500;

  /**
   * Some probes and a Prometheus or two, who ask once and go: whoever else may come here, a probe
   * that is not answered has the process started anew.
   */
  private static final HttpServer.Limits LIMITS =
      new HttpServer.Limits(4 << 10, 64, 8, new HttpServer.Stay.Once(5));

  private HealthServer() {}

  /** That of a process with one role, which has one unless its port is 0. */
  static Optional<HttpServer> ofRole(
      RoleSettings.Health health, Readiness readiness, Metrics metrics) {
    var address = health.address().orElseGet(() -> new InetSocketAddress(0).getAddress());
    return open(address, health.port().orElse(PORT_OF_ROLE), readiness, metrics);
  }

  /** That of all roles in one process, which has one where its port is named. */
  static Optional<HttpServer> ofAll(
      RoleSettings.Health health, Readiness readiness, Metrics metrics) {
    var address = health.address().orElseGet(InetAddress::getLoopbackAddress);
    return open(address, health.port().orElse(0), readiness, metrics);
  }

  private static Optional<HttpServer> open(
      InetAddress address, int port, Readiness readiness, Metrics metrics) {
    if (port == 0) return Optional.empty();
    ProcessMetrics.addTo(metrics);
    var routes =
        new Router()
            .on("GET", "/healthz", _ -> answer(readiness.stuck()))
            .on("GET", "/readyz", _ -> answer(readiness.stuck().or(readiness::unready)))
            .on("GET", "/metrics", _ -> told(metrics));
    return Optional.of(HttpServer.open(new InetSocketAddress(address, port), LIMITS, routes));
  }

  private static Response answer(Optional<String> wrong) {
    return wrong
        .map(why -> Response.text(503, why + "\n"))
        .orElseGet(() -> Response.text(200, "ok\n"));
  }

  private static Response told(Metrics metrics) {
    return new Response.Whole(
        200,
        List.of(new Header("content-type", "text/plain; version=0.0.4; charset=utf-8")),
        metrics.text().getBytes(StandardCharsets.UTF_8));
  }
}
