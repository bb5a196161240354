package dev.berth.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The SSH door opens last; what a gateway says and does before that. */
@Timeout(120)
final class SshOpeningTest {
  @Test
  void a_gateway_that_calls_itself_open_takes_ssh_clients() throws Exception {
    try (var site = Site.withSshKeysToMake()) {
      // Its keys are being made, which takes a second.
      Awaitility.await().atMost(Duration.ofSeconds(60)).until(site.gateway::isOpen);

      try (var wire =
          Wire.to(new InetSocketAddress(InetAddress.getLoopbackAddress(), site.sshPort))) {
        assertThat(wire.line()).startsWith("SSH-2.0-BERTH");
      }
    }
  }

  @Test
  void one_that_is_to_end_before_its_ssh_door_is_open_opens_it_to_nobody() throws Exception {
    try (var site = Site.withSsh()) {
      site.gateway.drain(Duration.ZERO);
      Awaitility.await().atMost(Duration.ofSeconds(60)).until(site.gateway::isOpen);

      var at = new InetSocketAddress(InetAddress.getLoopbackAddress(), site.sshPort);
      Awaitility.await()
          .untilAsserted(() ->
              assertThatThrownBy(() -> Wire.to(at).close())
                  .isInstanceOf(UncheckedIOException.class));
    }
  }
}
