package dev.berth.gateway.activity;

import dev.berth.base.json.Json;
import dev.berth.gateway.control.ControlLink;
import dev.berth.protocol.WorkspaceId;
import dev.berth.protocol.route.Activity;
import io.netty.channel.EventLoop;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** When each workspace was last used; kept until control has taken it. Any thread may note. */
public final class ActivityLog implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ActivityLog.class);

  /** More than any installation's running workspaces; past it, new ones are not noted. */
  private static final int MOST = 100_000;

  private final Map<WorkspaceId, Instant> last = new ConcurrentHashMap<>();
  private final ControlLink control;
  private final Clock clock;
  private final Future<?> timer;

  /** Begins to report every {@code period} from {@code loop}. */
  public static ActivityLog open(
      ControlLink control, EventLoop loop, Duration period, Clock clock) {
    return new ActivityLog(control, loop, period, clock);
  }

  private ActivityLog(ControlLink control, EventLoop loop, Duration period, Clock clock) {
    this.control = control;
    this.clock = clock;
    long millis = period.toMillis();
    this.timer = loop.scheduleWithFixedDelay(this::report, millis, millis, TimeUnit.MILLISECONDS);
  }

  /** Somebody used {@code workspace} just now. */
  public void note(WorkspaceId workspace) {
    if (last.size() < MOST || last.containsKey(workspace)) last.put(workspace, clock.instant());
  }

  /** Sends what was noted; what control does not take is put back under what came meanwhile. */
  private CompletableFuture<?> report() {
    if (last.isEmpty()) return CompletableFuture.completedFuture(null);
    var sent = Map.copyOf(last);
    sent.forEach(last::remove); // one that was noted again meanwhile stays
    return control
        .post("/internal/v1/activity", Json.write(new Activity(sent)))
        .whenComplete((answer, failure) -> {
          if (failure == null && answer.status() / 100 == 2) return;
          LOG.debug("Control did not take the activity; it is kept.");
          sent.forEach(last::putIfAbsent);
        });
  }

  /** Reports for the last time, and gives control a moment to take it. */
  @Override
  public void close() {
    timer.cancel(false);
    try {
      report().get(1, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      LOG.debug("Control did not take the last activity.", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
