package dev.berth.snapshots.prune;

import dev.berth.snapshots.format.Snapshot;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * Which snapshots of a series stay. Of each hour or day the newest stays, counted from now, so that
 * going back as far as one likes never jumps more than the next step.
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
    var taken = new HashSet<String>();
    for (int i = snapshots.size() - 1; i >= 0; i--) {
      var snapshot = snapshots.get(i);
      var age = Duration.between(snapshot.began(), now);
      boolean newest = i == snapshots.size() - 1;
      if (newest || age.compareTo(all) <= 0) continue;
      if (!stays(age, taken)) goes.add(snapshot);
    }
    return goes.reversed();
  }

  private boolean stays(Duration age, HashSet<String> taken) {
    if (age.compareTo(hourly) <= 0) return taken.add("hour " + age.toHours());
    if (age.compareTo(daily) <= 0) return taken.add("day " + age.toDays());
    return false;
  }
}
