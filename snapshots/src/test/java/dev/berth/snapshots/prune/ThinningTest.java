package dev.berth.snapshots.prune;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.snapshots.format.SaveId;
import dev.berth.snapshots.format.Snapshot;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ThinningTest {
  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

  private static Snapshot aged(Duration age) {
    var began = NOW.minus(age);
    return new Snapshot(
        1,
        SaveId.at(began),
        "series",
        began,
        began,
        Optional.empty(),
        new byte[0],
        new Snapshot.Totals(0, 0, 0, 0, 0, 0, 0),
        List.of(),
        0);
  }

  private static List<Duration> staying(List<Snapshot> snapshots, Instant now) {
    var stay = new ArrayList<>(snapshots);
    stay.removeAll(Thinning.USUAL.superfluous(snapshots, now));
    return stay.stream().map(snapshot -> Duration.between(snapshot.began(), now)).toList();
  }

  @Test
  void all_of_the_last_hour_then_one_an_hour_then_one_a_day_stay() {
    var every = new ArrayList<Snapshot>();
    for (long minutes = 20L * 24 * 60; minutes >= 0; minutes -= 5) {
      every.add(aged(Duration.ofMinutes(minutes)));
    }

    var ages = staying(every, NOW);

    assertThat(ages.stream().filter(age -> age.toMinutes() <= 60)).hasSize(13);
    assertThat(ages.stream().filter(age -> age.toMinutes() > 60 && age.toHours() < 24)).hasSize(23);
    assertThat(ages.stream().filter(age -> age.toHours() >= 24 && age.toDays() <= 14))
        .hasSizeBetween(13, 15);
    assertThat(ages).allMatch(age -> age.toDays() <= 14);
  }

  @Test
  void to_thin_after_every_save_leaves_the_same_as_to_thin_once() {
    var all = new ArrayList<Snapshot>();
    var kept = new ArrayList<Snapshot>();
    for (long minutes = 20L * 24 * 60; minutes >= 0; minutes -= 5) {
      var snapshot = aged(Duration.ofMinutes(minutes));
      all.add(snapshot);
      kept.add(snapshot);
      kept.removeAll(Thinning.USUAL.superfluous(kept, snapshot.began()));
    }

    all.removeAll(Thinning.USUAL.superfluous(all, NOW));

    assertThat(kept).isEqualTo(all);
  }

  @Test
  void the_newest_stays_however_old_it_is() {
    var old = aged(Duration.ofDays(400));

    assertThat(Thinning.USUAL.superfluous(List.of(aged(Duration.ofDays(500)), old), NOW))
        .hasSize(1)
        .doesNotContain(old);
  }

  @Test
  void what_a_wrong_clock_put_into_the_future_stays() {
    var future = aged(Duration.ofDays(-3));

    assertThat(Thinning.USUAL.superfluous(List.of(future, aged(Duration.ofDays(-4))), NOW))
        .isEmpty();
  }

  @Test
  void thinning_twice_thins_no_more() {
    var every = new ArrayList<Snapshot>();
    for (long minutes = 3L * 24 * 60; minutes >= 0; minutes -= 7) {
      every.add(aged(Duration.ofMinutes(minutes)));
    }
    every.removeAll(Thinning.USUAL.superfluous(every, NOW));

    assertThat(Thinning.USUAL.superfluous(every, NOW)).isEmpty();
    assertThat(Thinning.USUAL.superfluous(List.of(), NOW)).isEmpty();
  }
}
