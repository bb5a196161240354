package dev.berth.control.reconcile;

import dev.berth.protocol.WorkspaceId;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * Which workspaces are to be looked at, and when. A workspace is never looked at twice at a time;
 * one that is woken meanwhile is looked at once more. Its size is bounded by that of the store.
 */
public final class Wakeups {
  private record Due(long atNanos, WorkspaceId id) implements Comparable<Due> {
    @Override
    public int compareTo(Due other) {
      return Long.compare(atNanos - other.atNanos, 0);
    }
  }

  private final PriorityQueue<Due> due = new PriorityQueue<>();
  private final Set<WorkspaceId> looking = new HashSet<>();
  private final Set<WorkspaceId> again = new HashSet<>();

  /** Lets {@code id} be looked at now. */
  public synchronized void wake(WorkspaceId id) {
    if (looking.contains(id)) again.add(id);
    else put(id, System.nanoTime());
  }

  /** The next workspace to look at; waits until there is one. {@link #done} must follow. */
  synchronized WorkspaceId take() throws InterruptedException {
    while (true) {
      var first = due.peek();
      if (first == null) {
        wait();
      } else {
        long pause = first.atNanos() - System.nanoTime();
        if (pause > 0) {
          wait(pause / 1_000_000, (int) (pause % 1_000_000));
        } else {
          due.poll();
          looking.add(first.id());
          return first.id();
        }
      }
    }
  }

  /**
   * Says that the look at {@code id} is over. The next is after {@code pause}, at once where it was
   * woken meanwhile, and when something wakes it where there is no pause.
   */
  synchronized void done(WorkspaceId id, Optional<Duration> pause) {
    looking.remove(id);
    var next = again.remove(id) ? Optional.of(Duration.ZERO) : pause;
    next.ifPresent(time -> put(id, System.nanoTime() + time.toNanos()));
  }

  private void put(WorkspaceId id, long atNanos) {
    for (var other : due) {
      if (!other.id().equals(id)) continue;
      if (other.atNanos() - atNanos <= 0) return;
      due.remove(other);
      break;
    }
    due.add(new Due(atNanos, id));
    notifyAll();
  }
}
