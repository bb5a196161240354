package dev.berth.control.errand;

import dev.berth.base.Problem;
import dev.berth.control.workspace.Workspace;
import dev.berth.protocol.WorkspaceId;
import dev.berth.runtime.Saves;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Takes the points that instances ask for, which stay as long as their workspace. A save may take
 * longer than an errand may, so it has a thread of its own, and the asker comes again with the same
 * ticket. Any thread may call.
 */
final class PointDesk {
  /** Errands of an instance are done one after the other, and git's questions are among them. */
  private static final Duration WAITED_FOR = Duration.ofSeconds(1);

  /** More are a runaway script. */
  private static final int OF_ONE_WORKSPACE_MAX = 4;

  /** A machine saves few workspaces at once: one may have a tenth of the time. */
  private static final int SHARE = 10;

  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

  private record Asked(WorkspaceId workspace, String ticket) {}

  private final Saves saves;
  private final Duration patience;
  private final Map<Asked, CompletableFuture<Saves.Point>> taking = new HashMap<>();
  private final Map<WorkspaceId, Long> notBeforeNanos = new HashMap<>();

  PointDesk(Saves saves) {
    this(saves, WAITED_FOR);
  }

  /**
   * @param patience how long an errand waits for its point
   */
  PointDesk(Saves saves, Duration patience) {
    this.saves = saves;
    this.patience = patience;
  }

  /** A point of after {@code ticket} was first shown; empty while it is still being taken. */
  Optional<Saves.Point> take(Workspace workspace, String ticket) {
    var asked = new Asked(workspace.id(), ticket);
    var point = begun(asked, workspace);
    try {
      var taken = point.get(patience.toMillis(), TimeUnit.MILLISECONDS);
      forget(asked);
      return Optional.of(taken);
    } catch (TimeoutException e) {
      return Optional.empty();
    } catch (ExecutionException e) {
      forget(asked);
      if (e.getCause() instanceof Problem problem) throw problem;
      throw new IllegalStateException("a point was not taken", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty(); // the instance or the server is ending
    }
  }

  private synchronized void forget(Asked asked) {
    taking.remove(asked);
  }

  private synchronized CompletableFuture<Saves.Point> begun(Asked asked, Workspace workspace) {
    var known = taking.get(asked);
    if (known != null) return known;
    if (ofOne(asked.workspace()) >= OF_ONE_WORKSPACE_MAX) {
      // Nobody came again for these.
      taking.entrySet().removeIf(one -> isOf(one.getKey(), asked) && one.getValue().isDone());
    }
    if (ofOne(asked.workspace()) >= OF_ONE_WORKSPACE_MAX) {
      throw new Problem.Conflict(
          "%d snapshots of this workspace are being taken already.".formatted(OF_ONE_WORKSPACE_MAX),
          "Wait until they are.");
    }
    var point = new CompletableFuture<Saves.Point>();
    taking.put(asked, point);
    Thread.ofVirtual().name("point " + asked.workspace()).start(() -> take(workspace, point));
    return point;
  }

  private long ofOne(WorkspaceId workspace) {
    return taking.keySet().stream().filter(one -> one.workspace().equals(workspace)).count();
  }

  private static boolean isOf(Asked one, Asked other) {
    return one.workspace().equals(other.workspace());
  }

  private void take(Workspace workspace, CompletableFuture<Saves.Point> result) {
    var id = workspace.id();
    try {
      TimeUnit.NANOSECONDS.sleep(pauseNanos(id));
      long began = System.nanoTime();
      var point = saves.save(id, workspace.owner());
      saves.keep(id, workspace.owner(), point.id());
      rest(id, began);
      result.complete(point);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      result.completeExceptionally(e);
    } catch (RuntimeException e) {
      result.completeExceptionally(e); // whoever asked is told
    }
  }

  private synchronized long pauseNanos(WorkspaceId workspace) {
    long now = System.nanoTime();
    notBeforeNanos.values().removeIf(then -> then - now <= 0);
    var then = notBeforeNanos.get(workspace);
    return then == null ? 0 : then - now;
  }

  private synchronized void rest(WorkspaceId workspace, long beganNanos) {
    long now = System.nanoTime();
    long pause = Math.min((SHARE - 1) * (now - beganNanos), LONGEST_PAUSE.toNanos());
    notBeforeNanos.put(workspace, now + pause);
  }
}
