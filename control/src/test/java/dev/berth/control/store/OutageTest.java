package dev.berth.control.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class OutageTest {
  private Instant now = Instant.parse("2026-11-23T12:00:00Z");
  private final InstantSource source = () -> now;
  private final List<String> said = new ArrayList<>();
  private final Outage outage = new Outage(source.withZone(ZoneOffset.UTC), said::add);

  private void seconds(long count) {
    now = now.plusSeconds(count);
  }

  @Test
  void one_of_two_minutes_is_told_of_at_its_begin_once_a_minute_and_at_its_end() {
    for (int i = 0; i < 60; i++) {
      outage.unanswered("control", "refused");
      outage.unanswered("lease", "refused");
      seconds(2);
    }
    outage.answered("control");
    assertThat(outage.isAway("lease")).isTrue();
    outage.answered("lease");
    outage.answered("lease");

    assertThat(said)
        .containsExactly(
            "the database does not answer: refused",
            "the database has not answered for 1 min (unanswered questions: 61): refused",
            "the database answers again, after 2 min (unanswered questions: 120)");
  }

  @Test
  void one_that_lasts_is_told_of_ever_more_seldom() {
    for (int i = 0; i < 24 * 60; i++) {
      outage.unanswered("control", "refused");
      seconds(60);
    }

    assertThat(said).hasSize(1 + 6 + 22); // after 1, 3, 7, ... 63 min, then each hour
  }

  @Test
  void the_first_of_each_pool_is_known() {
    assertThat(outage.unanswered("control", "refused")).isTrue();
    assertThat(outage.unanswered("control", "refused")).isFalse();
    assertThat(outage.unanswered("lease", "refused")).isTrue();
    outage.answered("control");
    assertThat(outage.unanswered("control", "refused")).isTrue();
  }

  @Test
  void one_that_comes_and_goes_is_told_of_once_a_minute_and_counted() {
    for (int i = 0; i < 30; i++) {
      outage.unanswered("control", "late");
      outage.answered("control");
      seconds(1);
    }
    assertThat(said).hasSize(2);
    now = now.plus(Outage.SHORTEST);
    outage.unanswered("control", "late");

    assertThat(said)
        .hasSize(3)
        .last()
        .isEqualTo(
            "the database does not answer (it was so 29 times more since the last line): late");
  }

  @Test
  void one_that_begins_soon_after_another_and_lasts_is_told_of() {
    outage.unanswered("control", "late");
    outage.answered("control");
    outage.unanswered("control", "gone");
    now = now.plus(Duration.ofSeconds(60));
    outage.unanswered("control", "gone");
    outage.answered("control");

    assertThat(said)
        .hasSize(4)
        .element(2)
        .isEqualTo("the database has not answered for 1 min (unanswered questions: 2): gone");
  }
}
