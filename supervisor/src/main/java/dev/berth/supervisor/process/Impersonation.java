package dev.berth.supervisor.process;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Does something in this process with another's rights, for what the kernel asks at the moment of
 * the call only: binding or connecting a socket, making a folder.
 */
public final class Impersonation {
  private Impersonation() {}

  /**
   * Calls {@code work} on a thread of its own that has the rights of {@code identity} and ends with
   * it. After {@code patience} the work is interrupted, and fails. The work must not start threads
   * nor wake any.
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
    var thread = Thread.ofPlatform().daemon().name("as-user").start(task);
    // Not by waiting for the task: what wakes a virtual thread may make a carrier for it, and the
    // kernel gives a new thread the rights of the one that makes it. The end of a thread is told by
    // a thread of the JDK's own.
    boolean ended = thread.join(patience);
    try {
      if (ended) return task.get();
      task.cancel(true);
      throw new IOException("it took longer than " + patience.toSeconds() + " s");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failure) throw failure;
      if (e.getCause() instanceof RuntimeException failure) throw failure;
      throw new IllegalStateException(e);
    }
  }
}
