package dev.berth.control.reconcile;

import dev.berth.base.Problem;
import dev.berth.control.workspace.Changes;
import dev.berth.control.workspace.Workspace.Outcome;
import dev.berth.control.workspace.Workspace.State;
import dev.berth.control.workspace.WorkspaceStore;
import dev.berth.protocol.Phase;
import dev.berth.protocol.WorkspaceId;
import dev.berth.runtime.Saves;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Saves what prebuilds made, for others to begin with. Millions of files take minutes, so no look
 * waits for it: a look begins it, and a later one finds what came of it. One that a kill broke off
 * is begun again.
 */
final class Keeping {
  private static final Logger LOG = LoggerFactory.getLogger(Keeping.class);

  /** They share a disk with the workspaces that people sit before. */
  private static final int AT_ONCE = 2;

  private static final Duration LAST_SAVES = Duration.ofSeconds(5);

  private final WorkspaceStore store;
  private final Saves saves;
  private final Changes changes;
  private final Wakeups wakeups;
  private final Semaphore places = new Semaphore(AT_ONCE);
  private final Map<WorkspaceId, Thread> underWay = new ConcurrentHashMap<>();

  Keeping(WorkspaceStore store, Saves saves, Changes changes, Wakeups wakeups) {
    this.store = store;
    this.saves = saves;
    this.changes = changes;
    this.wakeups = wakeups;
  }

  /** Whether it is a prebuild's that ended well, and is still to be saved. */
  private static boolean isDue(State state) {
    return state.phase() instanceof Phase.Stopped
        && state.outcome().filter(came -> came.equals(Outcome.WELL)).isPresent();
  }

  /** Begins to save where that is due and not under way; returns at once. */
  void begin(WorkspaceId id, State state) {
    if (!isDue(state)) return;
    var thread = Thread.ofVirtual().name("keep " + id).unstarted(() -> guarded(id));
    if (underWay.putIfAbsent(id, thread) == null) thread.start();
  }

  private void guarded(WorkspaceId id) {
    try {
      places.acquire();
      try {
        keep(id);
      } finally {
        places.release();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the server is closing
    } catch (Problem e) {
      LOG.warn("{}: {}", id, e.words());
      came(id, failed("Its files could not be saved: " + e.what()));
    } catch (RuntimeException e) {
      LOG.error("the files of the prebuild {} could not be saved", id, e);
      came(id, failed("Its files could not be saved; the server's log says why."));
    } finally {
      underWay.remove(id);
      wakeups.wake(id);
    }
  }

  private static Outcome failed(String why) {
    return new Outcome(Optional.of(why), Optional.empty());
  }

  private void keep(WorkspaceId id) throws InterruptedException {
    var made = store.find(id);
    if (made.isEmpty() || !isDue(made.get().state())) return;
    var owner = made.get().owner();
    var point = saves.save(id, owner).id();
    saves.keep(id, owner, point);
    came(id, new Outcome(Optional.empty(), Optional.of(point)));
  }

  /** Nothing where it was deleted meanwhile; where another wrote first, a later look comes here. */
  private void came(WorkspaceId id, Outcome outcome) {
    var now = store.find(id);
    if (now.isEmpty() || !isDue(now.get().state())) return;
    if (store.save(now.get().with(now.get().state().with(outcome)))) changes.changed(id);
  }

  /** Ends what is under way; a later server begins it again. */
  void end() throws InterruptedException {
    underWay.values().forEach(Thread::interrupt);
    for (var thread : underWay.values()) {
      if (!thread.join(LAST_SAVES)) LOG.warn("the {} goes on; it is left to it", thread.getName());
    }
  }
}
