package dev.berth.node.save;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.base.metrics.Metrics;
import dev.berth.node.pod.Deed;
import dev.berth.protocol.WorkspaceId;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ToldDeedsTest {
  private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
  private final WorkspaceId fox = WorkspaceId.create("octo", "fox");
  private final WorkspaceId owl = WorkspaceId.create("octo", "owl");
  private final ToldDeeds told = new ToldDeeds(NOON);

  private static Deed saved(int second) {
    return new Deed(Deed.Kind.SAVE, Deed.Outcome.DONE, NOON.plusSeconds(second), 100, 1_000);
  }

  @Test
  void what_is_told_again_is_taken_once_and_what_another_control_counted_not_at_all() {
    assertThat(told.news(fox, List.of(saved(-5), saved(1), saved(2))))
        .containsExactly(saved(1), saved(2));
    assertThat(told.news(fox, List.of(saved(1), saved(2), saved(3)))).containsExactly(saved(3));
    assertThat(told.news(fox, List.of(saved(3)))).isEmpty();
    assertThat(told.news(owl, List.of(saved(1)))).containsExactly(saved(1));

    told.forget(fox);
    assertThat(told.news(fox, List.of(saved(3)))).containsExactly(saved(3));
  }

  @Test
  void a_workspace_that_answers_in_the_place_of_its_pod_cannot_say_what_makes_no_sense() {
    var wild =
        new Deed(
            Deed.Kind.SAVE, Deed.Outcome.DONE, NOON.plusSeconds(1), Long.MIN_VALUE, Long.MAX_VALUE);

    assertThat(told.news(fox, Collections.nCopies(1_000_000, wild)))
        .hasSize(64)
        .allSatisfy(deed -> {
          assertThat(deed.millis()).isZero();
          assertThat(deed.bytes()).isEqualTo(1L << 50);
        });
  }

  @Test
  void deeds_are_counted_by_how_they_ended() {
    var metrics = new Metrics();
    var counts = new SaveCounts(metrics);

    counts.count(saved(1));
    counts.count(new Deed(Deed.Kind.SAVE, Deed.Outcome.UNCHANGED, NOON, 20, 0));
    counts.count(new Deed(Deed.Kind.RESTORE, Deed.Outcome.FAILED, NOON, 5_000, 0));

    assertThat(metrics.text())
        .contains("berth_workspace_save_seconds_count{outcome=\"done\"} 1\n")
        .contains("berth_workspace_save_seconds_count{outcome=\"unchanged\"} 1\n")
        .contains("berth_workspace_save_bytes_bucket{le=\"1000\"} 1\n")
        .contains("berth_workspace_save_bytes_count 1\n")
        .contains("berth_workspace_restore_seconds_sum{outcome=\"failed\"} 5\n")
        .doesNotContain("berth_workspace_restore_bytes_count");
  }
}
