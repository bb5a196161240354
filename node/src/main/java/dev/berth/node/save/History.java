package dev.berth.node.save;

import dev.berth.base.Problem;
import dev.berth.runtime.SavedFiles.Counts;
import dev.berth.snapshots.browse.Differences;
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

  /** Nothing where there was too much to be counted. */
  private final Map<Pair, Optional<Counts>> known =
      new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Pair, Optional<Counts>> eldest) {
          return size() > REMEMBERED_MAX;
        }
      };

  /**
   * By the later of two; without the oldest, and without what cannot be read or is too much: the
   * list of points must be had even then.
   *
   * @param all of a series, the oldest first
   */
  Map<SaveId, Counts> of(Repository repository, List<Snapshot> all) throws InterruptedException {
    compare(repository, all);
    var counts = new HashMap<SaveId, Counts>();
    for (int i = 1; i < all.size(); i++) {
      var now = all.get(i).id();
      remembered(pair(all, i)).flatMap(told -> told).ifPresent(one -> counts.put(now, one));
    }
    return counts;
  }

  private static Pair pair(List<Snapshot> all, int later) {
    return new Pair(all.get(later - 1).id(), all.get(later).id());
  }

  /** All that are not remembered, as far as the store can be read. */
  private void compare(Repository repository, List<Snapshot> all) throws InterruptedException {
    try {
      Optional<SavedTree> tree = Optional.empty();
      for (int i = 1; i < all.size(); i++) {
        if (remembered(pair(all, i)).isPresent()) continue;
        if (tree.isEmpty()) tree = Optional.of(SavedTree.of(repository));
        compare(tree.get(), all.get(i - 1), all.get(i));
      }
    } catch (IOException | Problem.Unavailable e) { // the store is away: nor can the others be had
      LOG.warn("what some points changed is not told: {}", e.getMessage());
    }
  }

  private void compare(SavedTree tree, Snapshot before, Snapshot now) throws InterruptedException {
    try {
      var told = whole(tree.compare(Optional.of(before), now, 0));
      remember(new Pair(before.id(), now.id()), told);
    } catch (IOException e) {
      LOG.warn("{} of {} cannot be compared: {}", now.id(), now.series(), e.getMessage());
    }
  }

  /** Numbers of a part say nothing, and would stand there as if they were of all. */
  static Optional<Counts> whole(Differences differences) {
    return differences.all()
        ? Optional.of(MachineFiles.counts(differences.counts()))
        : Optional.empty();
  }

  private synchronized Optional<Optional<Counts>> remembered(Pair pair) {
    return Optional.ofNullable(known.get(pair));
  }

  private synchronized void remember(Pair pair, Optional<Counts> counts) {
    known.put(pair, counts);
  }
}
