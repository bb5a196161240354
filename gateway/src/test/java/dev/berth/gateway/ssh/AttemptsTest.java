package dev.berth.gateway.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class AttemptsTest {
  private Instant now = Instant.parse("2026-11-21T12:00:00Z");
  private final InstantSource source = () -> now;
  private final Attempts attempts = new Attempts(source.withZone(ZoneOffset.UTC));

  private static InetAddress address(String text) throws UnknownHostException {
    return InetAddress.getByName(text);
  }

  private void fail(String from) throws UnknownHostException {
    for (int i = 0; i < Attempts.MOST; i++) attempts.failed(address(from));
  }

  private Optional<Duration> turn(String from) throws UnknownHostException {
    return attempts.turn(address(from));
  }

  @Test
  void who_fails_too_often_takes_turns_and_others_do_not() throws Exception {
    for (int i = 0; i < Attempts.MOST; i++) {
      assertThat(turn("192.0.2.1")).contains(Duration.ZERO);
      attempts.failed(address("192.0.2.1"));
    }

    assertThat(turn("192.0.2.1")).contains(Duration.ZERO);
    assertThat(turn("192.0.2.1")).contains(Attempts.PACE);
    assertThat(turn("192.0.2.1")).contains(Attempts.PACE.multipliedBy(2));
    assertThat(turn("192.0.2.2")).contains(Duration.ZERO);
    assertThat(turn("192.0.2.2")).contains(Duration.ZERO);
  }

  @Test
  void who_comes_no_faster_than_the_pace_does_not_wait() throws Exception {
    fail("192.0.2.1");

    for (int i = 0; i < 1000; i++) {
      assertThat(turn("192.0.2.1")).contains(Duration.ZERO);
      attempts.failed(address("192.0.2.1"));
      now = now.plus(Attempts.PACE);
    }
  }

  @Test
  void of_who_comes_faster_only_as_many_wait_as_can_be_served_in_time() throws Exception {
    fail("192.0.2.1");

    long waiting = Attempts.LONGEST_WAIT.dividedBy(Attempts.PACE) + 1;
    for (int i = 0; i < waiting; i++) assertThat(turn("192.0.2.1")).isPresent();
    assertThat(turn("192.0.2.1")).isEmpty();
    now = now.plus(Attempts.PACE);
    assertThat(turn("192.0.2.1")).contains(Attempts.LONGEST_WAIT);
    assertThat(turn("192.0.2.1")).isEmpty();
  }

  @Test
  void after_10_minutes_an_address_begins_anew() throws Exception {
    fail("192.0.2.1");
    turn("192.0.2.1");
    now = now.plusSeconds(601);
    attempts.failed(address("192.0.2.1"));

    assertThat(turn("192.0.2.1")).contains(Duration.ZERO);
    assertThat(turn("192.0.2.1")).contains(Duration.ZERO);
  }

  @Test
  void a_network_of_ipv6_is_one_address() throws Exception {
    for (int i = 0; i < Attempts.MOST; i++) attempts.failed(address("2001:db8:1:2::" + i));

    turn("2001:db8:1:2:ffff::1");
    turn("2001:db8:1:3::1");
    assertThat(turn("2001:db8:1:2:ffff::2")).contains(Attempts.PACE);
    assertThat(turn("2001:db8:1:3::2")).contains(Duration.ZERO);
  }
}
