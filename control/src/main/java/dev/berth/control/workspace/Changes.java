package dev.berth.control.workspace;

import dev.berth.protocol.WorkspaceId;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Tells who listens which workspaces changed. A listener that is slow hears of a workspace once,
 * however often it changed meanwhile, so nothing grows behind it.
 */
public final class Changes {
  private final CopyOnWriteArrayList<Listener> listeners = new CopyOnWriteArrayList<>();

  /** One who listens; closed when he no longer does. */
  public static final class Listener implements AutoCloseable {
    private final Changes changes;
    private final Set<WorkspaceId> changed = new LinkedHashSet<>();
    private final Set<String> endedSessions = new LinkedHashSet<>();

    private Listener(Changes changes) {
      this.changes = changes;
    }

    /** What changed since the last call; waits for a change, or until {@code longest} is over. */
    public synchronized Set<WorkspaceId> take(Duration longest) throws InterruptedException {
      long end = System.nanoTime() + longest.toNanos();
      while (changed.isEmpty() && endedSessions.isEmpty()) {
        long left = (end - System.nanoTime()) / 1_000_000;
        if (left <= 0) break;
        wait(left);
      }
      var taken = Set.copyOf(changed);
      changed.clear();
      return taken;
    }

    /** The sessions that ended since the last call; does not wait. */
    public synchronized Set<String> takeEndedSessions() {
      var taken = Set.copyOf(endedSessions);
      endedSessions.clear();
      return taken;
    }

    private synchronized void add(WorkspaceId id) {
      changed.add(id);
      notifyAll();
    }

    private synchronized void addSession(String session) {
      endedSessions.add(session);
      notifyAll();
    }

    @Override
    public void close() {
      changes.listeners.remove(this);
    }
  }

  /** Listens from now on. */
  public Listener listen() {
    var listener = new Listener(this);
    listeners.add(listener);
    return listener;
  }

  /** A workspace is new, changed or gone. */
  public void changed(WorkspaceId id) {
    listeners.forEach(listener -> listener.add(id));
  }

  /** A browser session ended before its time. */
  public void sessionEnded(String session) {
    listeners.forEach(listener -> listener.addSession(session));
  }
}
