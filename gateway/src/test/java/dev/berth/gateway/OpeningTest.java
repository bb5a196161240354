package dev.berth.gateway;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.base.Problem;
import dev.berth.gateway.net.ServedCertificate;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is told where a gateway cannot open. */
final class OpeningTest {
  @Test
  void a_port_that_another_program_has_is_told_so() throws Exception {
    try (var other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = other.getLocalPort();

      assertThatThrownBy(
              () -> new Site("http://berth.localhost:8433", port, List.of(), Optional.empty()))
          .isInstanceOf(Problem.Conflict.class)
          .hasMessage("Cannot listen on 127.0.0.1:%d: another program listens there.", port);
    }
  }

  @Test
  void a_certificate_that_is_not_there_is_told_so(@TempDir Path folder) {
    var chain = folder.resolve("tls.pem");

    assertThatThrownBy(() -> ServedCertificate.open(chain, chain, Duration.ofMinutes(1)))
        .isInstanceOf(Problem.Invalid.class)
        .hasMessageEndingWith("cannot be used: there is no %s.", chain);
  }
}
