package dev.berth.gateway.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class NewcomersTest {
  private Instant now = Instant.parse("2026-11-22T12:00:00Z");
  private final InstantSource source = () -> now;
  private final Set<String> named = new HashSet<>();
  private final Newcomers<String> newcomers =
      new Newcomers<>(named::contains, source.withZone(ZoneOffset.UTC));

  private static InetAddress address(String text) throws UnknownHostException {
    return InetAddress.getByName(text);
  }

  private void come(String name, int count, String from) throws Exception {
    for (int i = 0; i < count; i++) {
      assertThat(newcomers.come(name + i, address(from))).isEmpty();
    }
  }

  @Test
  void the_oldest_of_the_address_that_has_most_gives_way() throws Exception {
    come("other", 40, "192.0.2.1");
    come("most", 60, "2001:db8::1");

    assertThat(newcomers.come("a", address("192.0.2.2"))).contains("most0");
    assertThat(newcomers.come("b", address("2001:db8::2"))).contains("most1"); // one customer's
    assertThat(newcomers.come("c", address("192.0.2.1"))).contains("most2");
  }

  @Test
  void where_all_come_from_one_address_the_oldest_gives_way() throws Exception {
    come("one", Newcomers.MOST, "192.0.2.1");

    for (int i = 0; i < Newcomers.MOST; i++) {
      assertThat(newcomers.come("two" + i, address("192.0.2.1"))).contains("one" + i);
    }
  }

  @Test
  void who_names_somebody_has_at_most_half_of_the_places() throws Exception {
    come("one", Newcomers.MOST, "192.0.2.1");
    for (int i = 0; i < 50; i++) named.add("one" + i);

    assertThat(newcomers.come("a", address("192.0.2.1"))).contains("one50");
    named.add("one51");
    assertThat(newcomers.come("b", address("192.0.2.1"))).contains("one0");
  }

  @Test
  void who_names_nobody_has_10_seconds() throws Exception {
    come("one", 2, "192.0.2.1");
    named.add("one1");
    now = now.plusSeconds(10);
    assertThat(newcomers.overdue()).isEmpty();
    now = now.plusMillis(1);

    assertThat(newcomers.overdue()).containsExactly("one0");
    assertThat(newcomers.overdue()).isEmpty();
    assertThat(newcomers.left("one0")).isFalse();
    assertThat(newcomers.left("one1")).isTrue();
  }
}
