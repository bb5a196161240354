package dev.berth.supervisor.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class AgeTest {
  @Test
  void the_age_is_the_machines_less_what_it_had_when_the_process_began() {
    var stat = "7 (a ) b) S 1 7 7 0 -1 4194560 1 0 0 0 1 0 0 0 20 0 1 0 12345 1 2 3";
    assertThat(Age.between(stat, "124.56 200.00\n")).isEqualTo(Duration.ofMillis(1110));
  }

  @Test
  void this_process_is_some_time_old_and_grows_older() throws Exception {
    var first = Age.ofThisProcess().orElseThrow();
    assertThat(first).isBetween(Duration.ofMillis(100), Duration.ofHours(2));
    Thread.sleep(20);
    assertThat(Age.ofThisProcess().orElseThrow()).isGreaterThan(first);
  }
}
