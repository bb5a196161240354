package dev.berth.control.workspace;

import dev.berth.protocol.UserId;
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

  /**
   * What happened; all empty where nothing did.
   *
   * @param workspaces that are new, changed or gone
   * @param endedSessions browser sessions that ended before their time
   * @param sshKeys users whose SSH keys changed
   */
  public record Heard(Set<WorkspaceId> workspaces, Set<String> endedSessions, Set<UserId> sshKeys) {
    /** Whether nothing happened. */
    public boolean isEmpty() {
      return workspaces.isEmpty() && endedSessions.isEmpty() && sshKeys.isEmpty();
    }
  }

  /** One who listens; closed when he no longer does. */
  public static final class Listener implements AutoCloseable {
    private final Changes changes;
    private final Set<WorkspaceId> changed = new LinkedHashSet<>();
    private final Set<String> endedSessions = new LinkedHashSet<>();
    private final Set<UserId> sshKeys = new LinkedHashSet<>();

    private Listener(Changes changes) {
      this.changes = changes;
    }

    /** What happened since the last call; waits for something, or until {@code longest} is over. */
    public synchronized Heard take(Duration longest) throws InterruptedException {
      long end = System.nanoTime() + longest.toNanos();
      while (changed.isEmpty() && endedSessions.isEmpty() && sshKeys.isEmpty()) {
        long left = (end - System.nanoTime()) / 1_000_000;
        if (left <= 0) break;
        wait(left);
      }
      var heard = new Heard(Set.copyOf(changed), Set.copyOf(endedSessions), Set.copyOf(sshKeys));
      changed.clear();
      endedSessions.clear();
      sshKeys.clear();
      return heard;
    }

    private synchronized void add(WorkspaceId id) {
      changed.add(id);
      notifyAll();
    }

    private synchronized void addSession(String session) {
      endedSessions.add(session);
      notifyAll();
    }

    private synchronized void addSshKeys(UserId user) {
      sshKeys.add(user);
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

  /** The SSH keys of {@code user} changed. */
  public void sshKeysChanged(UserId user) {
    listeners.forEach(listener -> listener.addSshKeys(user));
  }
}
