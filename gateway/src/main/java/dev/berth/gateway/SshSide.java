package dev.berth.gateway;

import dev.berth.base.Problem;
import dev.berth.base.json.Json;
import dev.berth.base.metrics.Metrics;
import dev.berth.gateway.activity.ActivityLog;
import dev.berth.gateway.route.RouteTable;
import dev.berth.gateway.ssh.SshConfig;
import dev.berth.gateway.ssh.SshDoor;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The SSH door, if there is one. It is opened when all else has started, which it would hold up by
 * half a second, and by several where its keys are made.
 */
final class SshSide implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SshSide.class);

  /** While control is away the door opens all the same: who runs already is let in. */
  private static final Duration LONGEST_START = Duration.ofSeconds(3);

  private final CompletableFuture<Optional<SshDoor>> door;

  private SshSide(CompletableFuture<Optional<SshDoor>> door) {
    this.door = door;
  }

  static SshSide open(
      Optional<SshConfig> config,
      RouteTable routes,
      ActivityLog activity,
      Metrics metrics,
      Clock clock) {
    var door = new CompletableFuture<Optional<SshDoor>>();
    Thread.ofPlatform()
        .name("ssh-open")
        .daemon()
        .start(() -> {
          try {
            routes.awaitKnown(LONGEST_START);
            door.complete(config.map(some -> SshDoor.open(some, routes, activity, metrics, clock)));
          } catch (Problem problem) {
            LOG.error(problem.words());
            door.complete(Optional.empty());
          } catch (InterruptedException | RuntimeException e) {
            door.completeExceptionally(e);
            LOG.error("The SSH door cannot be opened", e);
          }
        });
    return new SshSide(door);
  }

  /** The door's public keys as JSON; none where there is no door, or not yet. */
  String hostKeys() {
    return Json.write(now().map(SshDoor::hostKeys).orElse(List.of()));
  }

  void recheck() {
    now().ifPresent(SshDoor::recheck);
  }

  /** Whether it is open, or known that there is none. */
  boolean isSettled() {
    return door.isDone();
  }

  /** Takes nobody more, also where it is only being opened; who is here stays. */
  void drain() {
    var _ = door.thenAccept(opened -> opened.ifPresent(SshDoor::drain));
  }

  /** Whether nobody is here. */
  boolean isEmpty() {
    return now().filter(one -> !one.isEmpty()).isEmpty();
  }

  private Optional<SshDoor> now() {
    return door.isCompletedExceptionally() ? Optional.empty() : door.getNow(Optional.empty());
  }

  /** Waits for the door; for tests. */
  Optional<SshDoor> await() {
    return door.join();
  }

  @Override
  public void close() {
    try {
      door.join().ifPresent(SshDoor::close);
    } catch (CompletionException _) {
      // There is none; the log says why.
    }
  }
}
