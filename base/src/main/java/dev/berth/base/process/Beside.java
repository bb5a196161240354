package dev.berth.base.process;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;

/** Work that goes on beside its caller's, on a thread of its own. */
public final class Beside<T> {
  private final FutureTask<T> task;
  private final Thread thread;

  private Beside(FutureTask<T> task, Thread thread) {
    this.task = task;
    this.thread = thread;
  }

  /** Begins {@code work} on a thread of that kind, for example {@code Thread.ofVirtual()}. */
  public static <T> Beside<T> begin(Thread.Builder kind, Callable<T> work) {
    var task = new FutureTask<>(work);
    return new Beside<>(task, kind.start(task));
  }

  /** Asks its thread to end, which may take it a while. */
  void interrupt() {
    thread.interrupt();
  }

  /** Waits for as long; whether its thread has ended. */
  boolean endsWithin(Duration time) throws InterruptedException {
    return thread.join(time);
  }

  /** What it came to, once its thread has ended; throws what it threw. */
  public T result() throws IOException, InterruptedException {
    // Not by waiting for the task: what wakes a virtual thread may make a carrier for it, and the
    // kernel gives a new thread the rights and the namespaces of the one that makes it. The end of
    // a thread is told by a thread of the JDK's own.
    try {
      thread.join();
    } finally {
      thread.join(); // also where we were interrupted: what it does must be over
    }
    return resultOf(task);
  }

  /**
   * Waits until the threads of {@code all} have ended, however they did, so that what they share
   * may be let go; then throws what the first that failed threw.
   */
  public static void endOf(List<? extends Beside<?>> all) throws IOException, InterruptedException {
    endOf(all, () -> {});
  }

  /**
   * The same.
   *
   * @param breakingOff what is done where the caller is interrupted, so that they end soon
   */
  static void endOf(List<? extends Beside<?>> all, Runnable breakingOff)
      throws IOException, InterruptedException {
    boolean interrupted = Thread.interrupted();
    if (interrupted) breakingOff.run();
    for (var each : all) {
      while (each.thread.isAlive()) {
        try {
          each.thread.join();
        } catch (InterruptedException e) {
          interrupted = true; // what they do must be over all the same
          breakingOff.run();
        }
      }
    }
    if (interrupted) throw new InterruptedException();
    for (var each : all) resultOf(each.task);
  }

  /** What a task came to, whoever runs it; throws what it threw. */
  public static <T> T resultOf(Future<T> task) throws IOException, InterruptedException {
    try {
      return task.get();
    } catch (ExecutionException e) {
      throw cause(e);
    }
  }

  private static IOException cause(ExecutionException e) throws InterruptedException {
    return switch (e.getCause()) {
      case IOException failure -> failure;
      case InterruptedException failure -> throw failure;
      case RuntimeException failure -> throw failure;
      case Error failure -> throw failure;
      case Throwable other -> throw new IllegalStateException(other);
      case null -> throw new IllegalStateException(e);
    };
  }
}
