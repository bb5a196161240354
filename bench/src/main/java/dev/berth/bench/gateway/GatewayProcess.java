package dev.berth.bench.gateway;

import dev.berth.base.metrics.Metrics;
import dev.berth.gateway.Gateway;
import dev.berth.gateway.GatewayConfig;
import dev.berth.gateway.access.InternalKey;
import dev.berth.gateway.control.ControlHosts;
import dev.berth.gateway.control.GatewayName;
import dev.berth.gateway.http.StaticPages;
import dev.berth.gateway.statics.StaticFiles;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The gateway as it is, alone in a JVM: arguments are its port and control's. Ends when killed. */
final class GatewayProcess {
  private GatewayProcess() {}

  /** The key that it shares with the control of the benchmark. */
  static final InternalKey KEY = InternalKey.of(new byte[32]);

  static void main(String[] arguments) throws InterruptedException {
    var loopback = InetAddress.getLoopbackAddress();
    int port = Integer.parseInt(arguments[0]);
    try (var _ =
        Gateway.open(
            new GatewayConfig(
                List.of(new InetSocketAddress(loopback, port)),
                List.of(),
                URI.create("http://berth.localhost:" + port),
                new ControlHosts.At(
                    new InetSocketAddress(loopback, Integer.parseInt(arguments[1]))),
                KEY,
                Optional.empty(),
                List.of(),
                StaticPages.resources(GatewayProcess.class.getClassLoader(), "none"),
                new StaticFiles.Folders(
                    List.of(), Path.of(System.getProperty("java.io.tmpdir"), "berth-bench")),
                Optional.empty(),
                Optional.empty(),
                new Metrics(),
                new GatewayName("here", "1")))) {
      Thread.currentThread().join();
    }
  }
}
