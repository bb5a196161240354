package dev.berth.cli.role;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The end of a server's process, as SIGTERM or Ctrl-C ask for it: the JVM ends through its hooks,
 * and closing must be over before that.
 */
final class Ending implements AutoCloseable {
  private final CountDownLatch asked = new CountDownLatch(1);
  private final CountDownLatch over = new CountDownLatch(1);

  private final boolean exitsWell;

  /** Whether somebody waited to be asked, and was: what ends before has failed to begin. */
  private volatile boolean served;

  private Ending(boolean exitsWell) {
    this.exitsWell = exitsWell;
  }

  /** From now on a process that is asked to end waits until this is closed. */
  static Ending begin() {
    return begin(false);
  }

  /** The same, and it exits with 0 then: the JVM would say that a signal ended it. */
  static Ending exitingWell() {
    return begin(true);
  }

  private static Ending begin(boolean exitsWell) {
    var ending = new Ending(exitsWell);
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(ending::hold));
    return ending;
  }

  private void hold() {
    asked.countDown();
    try {
      over.await();
      if (exitsWell && served) Runtime.getRuntime().halt(0);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits until the process is asked to end. */
  void await() throws InterruptedException {
    asked.await();
    served = true;
  }

  /** Waits for {@code pause}; interrupted where the process is asked to end meanwhile. */
  void pause(Duration pause) throws InterruptedException {
    if (asked.await(pause.toNanos(), TimeUnit.NANOSECONDS)) {
      throw new InterruptedException("the process is asked to end");
    }
  }

  @Override
  public void close() {
    over.countDown();
  }
}
