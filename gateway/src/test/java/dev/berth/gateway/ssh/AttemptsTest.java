package dev.berth.gateway.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

final class AttemptsTest {
  private Instant now = Instant.parse("2026-11-21T12:00:00Z");
  private final InstantSource source = () -> now;
  private final Attempts attempts = new Attempts(source.withZone(ZoneOffset.UTC));

  private static InetAddress address(String text) throws UnknownHostException {
    return InetAddress.getByName(text);
  }

  @Test
  void who_fails_too_often_waits_and_others_do_not() throws Exception {
    for (int i = 0; i < Attempts.MOST; i++) {
      assertThat(attempts.mayTry(address("192.0.2.1"))).isTrue();
      attempts.failed(address("192.0.2.1"));
    }

    assertThat(attempts.mayTry(address("192.0.2.1"))).isFalse();
    assertThat(attempts.mayTry(address("192.0.2.2"))).isTrue();
    now = now.plusSeconds(601);
    assertThat(attempts.mayTry(address("192.0.2.1"))).isTrue();
  }

  @Test
  void a_network_of_ipv6_is_one_address() throws Exception {
    for (int i = 0; i < Attempts.MOST; i++) attempts.failed(address("2001:db8:1:2::" + i));

    assertThat(attempts.mayTry(address("2001:db8:1:2:ffff::1"))).isFalse();
    assertThat(attempts.mayTry(address("2001:db8:1:3::1"))).isTrue();
  }
}
