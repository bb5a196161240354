package dev.berth.node.save;

import dev.berth.runtime.SavedFiles.Counts;
import dev.berth.snapshots.browse.SavedTree;
import dev.berth.snapshots.format.SaveId;
import dev.berth.snapshots.format.Snapshot;
import dev.berth.snapshots.repository.Repository;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How much each snapshot of a series changed against the one before it. That never changes, so it
 * is remembered: a list is asked for every half minute where somebody looks at it. Any thread may
 * call.
 */
final class History {
  private static final Logger LOG = LoggerFactory.getLogger(History.class);

  /** Some 200 bytes each; a workspace has about a hundred points. */
  private static final int REMEMBERED_MAX = 5_000;

  private record Pair(SaveId before, SaveId now) {}

  private final Map<Pair, Counts> known =
      new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Pair, Counts> eldest) {
          return size() > REMEMBERED_MAX;
        }
      };

  /**
   * By the later of two; without the oldest, and without what cannot be read: the list of points
   * must be had even then.
   *
   * @param all of a series, the oldest first
   */
  Map<SaveId, Counts> of(Repository repository, List<Snapshot> all)
      throws IOException, InterruptedException {
    var counts = new HashMap<SaveId, Counts>();
    Optional<SavedTree> tree = Optional.empty();
    for (int i = 1; i < all.size(); i++) {
      var before = all.get(i - 1);
      var now = all.get(i);
      var pair = new Pair(before.id(), now.id());
      var told = remembered(pair);
      if (told.isEmpty()) {
        if (tree.isEmpty()) tree = Optional.of(SavedTree.of(repository));
        told = compared(tree.get(), before, now);
        told.ifPresent(one -> remember(pair, one));
      }
      told.ifPresent(one -> counts.put(now.id(), one));
    }
    return counts;
  }

  private static Optional<Counts> compared(SavedTree tree, Snapshot before, Snapshot now)
      throws InterruptedException {
    try {
      return Optional.of(MachineFiles.counts(tree.compare(Optional.of(before), now, 0).counts()));
    } catch (IOException e) {
      LOG.warn("{} of {} cannot be compared: {}", now.id(), now.series(), e.getMessage());
      return Optional.empty();
    }
  }

  private synchronized Optional<Counts> remembered(Pair pair) {
    return Optional.ofNullable(known.get(pair));
  }

  private synchronized void remember(Pair pair, Counts counts) {
    known.put(pair, counts);
  }
}
