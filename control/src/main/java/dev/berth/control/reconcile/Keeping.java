package dev.berth.control.reconcile;

import dev.berth.base.Problem;
import dev.berth.control.workspace.Changes;
import dev.berth.control.workspace.Workspace.Outcome;
import dev.berth.control.workspace.Workspace.State;
import dev.berth.control.workspace.WorkspaceStore;
import dev.berth.protocol.Phase;
import dev.berth.protocol.WorkspaceId;
import dev.berth.runtime.Saves;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
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

  /**
   * After the first try that failed; each time twice as long, until it is {@link #LONGEST_PAUSE}.
   */
  private static final Duration FIRST_PAUSE = Duration.ofMinutes(1);

  private static final Duration LONGEST_PAUSE = Duration.ofHours(1);

  /** About a day: so long somebody has to make room on a disk that is full. */
  private static final int TRIES_MAX = 30;

  /** Of one that could not be saved: how often, and when it is tried again. */
  private record Failed(int times, Instant until) {}

  private final WorkspaceStore store;
  private final Saves saves;
  private final Changes changes;
  private final Wakeups wakeups;
  private final Semaphore places = new Semaphore(AT_ONCE);
  private final Clock clock;
  private final Map<WorkspaceId, Thread> underWay = new ConcurrentHashMap<>();
  private final Map<WorkspaceId, Failed> failed = new ConcurrentHashMap<>();
  private boolean ended;

  Keeping(WorkspaceStore store, Saves saves, Changes changes, Wakeups wakeups, Clock clock) {
    this.store = store;
    this.saves = saves;
    this.changes = changes;
    this.wakeups = wakeups;
    this.clock = clock;
  }

  /** Whether it is a prebuild's that ended well, and is still to be saved. */
  private static boolean isDue(State state) {
    return state.phase() instanceof Phase.Stopped
        && state.outcome().filter(Outcome::stillToSave).isPresent();
  }

  /** Begins to save where that is due and not under way; returns at once. */
  synchronized void begin(WorkspaceId id, State state) {
    if (ended || !isDue(state) || rests(id)) return;
    var thread = Thread.ofVirtual().name("keep " + id).unstarted(() -> guarded(id));
    if (underWay.putIfAbsent(id, thread) == null) thread.start();
  }

  private boolean rests(WorkspaceId id) {
    var last = failed.get(id);
    return last != null && clock.instant().isBefore(last.until);
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
    } catch (Problem.Unavailable e) {
      again(id, e);
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

  /** What ran for an hour is not given up for what may pass, as a disk that is full. */
  private void again(WorkspaceId id, Problem.Unavailable why) {
    failed.keySet().removeIf(one -> store.find(one).isEmpty());
    var last = failed.get(id);
    int times = last == null ? 1 : last.times + 1;
    LOG.warn("try {} to save the files of the prebuild {}: {}", times, id, why.words());
    if (times >= TRIES_MAX) {
      failed.remove(id);
      came(id, failed("Its files could not be saved: " + why.what()));
      return;
    }
    var pause = FIRST_PAUSE.multipliedBy(1L << Math.min(times - 1, 6));
    if (pause.compareTo(LONGEST_PAUSE) > 0) pause = LONGEST_PAUSE;
    failed.put(id, new Failed(times, clock.instant().plus(pause)));
    var trouble = "Its files are not saved yet, which is tried again: " + why.words();
    came(id, new Outcome(Optional.empty(), Optional.empty(), Optional.of(trouble)));
  }

  private static Outcome failed(String why) {
    return new Outcome(Optional.of(why), Optional.empty());
  }

  private void keep(WorkspaceId id) throws InterruptedException {
    var made = store.find(id);
    if (made.isEmpty() || !isDue(made.get().state())) return;
    var owner = made.get().owner();
    var point = saves.save(id, owner).id();
    var trouble = saves.trouble(id);
    if (trouble.isPresent()) {
      throw new Problem.Conflict(trouble.get(), "Run the prebuild again.");
    }
    saves.keep(id, owner, point);
    failed.remove(id);
    came(id, new Outcome(Optional.empty(), Optional.of(point)));
  }

  /** Nothing where it was deleted meanwhile; where another wrote first, a later look comes here. */
  private void came(WorkspaceId id, Outcome outcome) {
    var now = store.find(id);
    if (now.isEmpty() || !isDue(now.get().state())) return;
    var state = now.get().state().with(outcome);
    if (state.equals(now.get().state())) return;
    if (store.save(now.get().with(state))) changes.changed(id);
  }

  private synchronized void beginNoMore() {
    ended = true;
  }

  /** Ends what is under way and begins no more; a later server does. */
  void end() throws InterruptedException {
    beginNoMore();
    underWay.values().forEach(Thread::interrupt);
    for (var thread : underWay.values()) {
      if (!thread.join(LAST_SAVES)) LOG.warn("the {} goes on; it is left to it", thread.getName());
    }
  }
}
