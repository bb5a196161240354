package dev.berth.snapshots.prune;

import dev.berth.snapshots.format.Snapshot;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * Which snapshots of a series stay. Of each hour or day, by the clock and UTC, the last stays; so
 * which one that is does not change while time goes on, however often one thins.
 *
 * @param all every snapshot that is younger than this
 * @param hourly one for each hour within this
 * @param daily one for each day within this
 */
public record Thinning(Duration all, Duration hourly, Duration daily) {
  public static final Thinning USUAL =
      new Thinning(Duration.ofHours(1), Duration.ofDays(1), Duration.ofDays(14));

  /**
   * Those of {@code snapshots}, oldest first, that go. The newest always stays, and so does what is
   * from the future, where a clock was wrong.
   */
  public List<Snapshot> superfluous(List<Snapshot> snapshots, Instant now) {
    var goes = new ArrayList<Snapshot>();
    var hours = new HashSet<Instant>();
    var days = new HashSet<Instant>();
    for (int i = snapshots.size() - 1; i >= 0; i--) {
      var snapshot = snapshots.get(i);
      var age = Duration.between(snapshot.began(), now);
      boolean lastOfHour = hours.add(snapshot.began().truncatedTo(ChronoUnit.HOURS));
      boolean lastOfDay = days.add(snapshot.began().truncatedTo(ChronoUnit.DAYS));
      boolean stays =
          i == snapshots.size() - 1
              || age.compareTo(all) <= 0
              || (lastOfHour && age.compareTo(hourly) <= 0)
              || (lastOfDay && age.compareTo(daily) <= 0);
      if (!stays) goes.add(snapshot);
    }
    return goes.reversed();
  }
}
