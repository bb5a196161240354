package dev.berth.supervisor.process;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A process that was started, the leader of its own session. */
public final class Child {
  private final Processes processes;
  private final int pid;
  private final CompletableFuture<Integer> exit = new CompletableFuture<>();

  Child(Processes processes, int pid) {
    this.processes = processes;
    this.pid = pid;
  }

  /** Its number in the instance's pid namespace. */
  public int pid() {
    return pid;
  }

  /** Waits for its end; its exit code, or 128 + the signal that ended it. */
  public int await() throws InterruptedException {
    try {
      return exit.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The same, for at most {@code patience}; whether it ended. */
  public boolean await(Duration patience) throws InterruptedException {
    try {
      exit.get(patience.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException _) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  public boolean isRunning() {
    return !exit.isDone();
  }

  /** Sends a signal to its process group, while it runs. */
  public void signal(int signal) {
    processes.signal(this, signal);
  }

  /**
   * Ends all of its session, jobs in the background too: hangs up, waits for {@code grace}, kills.
   */
  public void end(Duration grace) throws InterruptedException {
    processes.endSession(pid, grace);
  }

  void ended(int code) {
    exit.complete(code);
  }
}
