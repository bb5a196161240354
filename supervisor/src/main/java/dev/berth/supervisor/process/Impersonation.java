package dev.berth.supervisor.process;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Does something in this process with another's rights, for what the kernel asks at the moment of
 * the call only: binding or connecting a socket, making a folder.
 */
public final class Impersonation {
  private Impersonation() {}

  /**
   * Calls {@code work} on a thread of its own that has the rights of {@code identity} and ends with
   * it. After {@code patience} the work is interrupted, and fails.
   */
  public static <T> T as(Identity identity, Duration patience, Callable<T> work)
      throws IOException, InterruptedException {
    var task =
        new FutureTask<T>(() -> {
          try (var arena = Arena.ofConfined()) {
            Spawn.become(arena, identity);
          }
          return work.call();
        });
    Thread.ofPlatform().daemon().name("as-user").start(task);
    try {
      return task.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      task.cancel(true);
      throw new IOException("it took longer than " + patience.toSeconds() + " s", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failure) throw failure;
      if (e.getCause() instanceof RuntimeException failure) throw failure;
      throw new IllegalStateException(e);
    }
  }
}
