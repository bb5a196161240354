package dev.berth.node.save;

import dev.berth.node.pod.Deed;
import dev.berth.node.pod.PodDoor;
import dev.berth.protocol.WorkspaceId;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Takes of what pods tell of their saves what it was not told before. A pod tells its last deeds
 * again each time, and who answers may be the workspace itself, which says what it likes. Any
 * thread may call.
 */
final class ToldDeeds {
  private static final long MOST_MILLIS = Duration.ofDays(1).toMillis();

  /** More than any disk has. */
  private static final long MOST_BYTES = 1L << 50;

  /** Another control counted what was before. */
  private final Instant began;

  private final Map<WorkspaceId, Instant> until = new HashMap<>();

  ToldDeeds(Instant began) {
    this.began = began;
  }

  /** Those of {@code deeds} that are new, within bounds. */
  synchronized List<Deed> news(WorkspaceId workspace, List<Deed> deeds) {
    var known = until.getOrDefault(workspace, began);
    var news =
        deeds.stream()
            .limit(PodDoor.MOST_DEEDS)
            .filter(deed -> deed.ended().isAfter(known))
            .map(ToldDeeds::bounded)
            .toList();
    news.stream()
        .map(Deed::ended)
        .max(Instant::compareTo)
        .ifPresent(last -> until.put(workspace, last));
    return news;
  }

  synchronized void forget(WorkspaceId workspace) {
    until.remove(workspace);
  }

  private static Deed bounded(Deed deed) {
    return new Deed(
        deed.kind(),
        deed.outcome(),
        deed.ended(),
        Math.clamp(deed.millis(), 0, MOST_MILLIS),
        Math.clamp(deed.bytes(), 0, MOST_BYTES));
  }
}
