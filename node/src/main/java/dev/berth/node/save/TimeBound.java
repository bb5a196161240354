package dev.berth.node.save;

import java.time.Duration;

/**
 * Interrupts the thread that opened it when its time is over, unless it was closed before. Whoever
 * is interrupted asks {@link #isOver} why. What came to its end closes it: then no time was over.
 */
final class TimeBound implements AutoCloseable {
  private final Thread worker = Thread.currentThread();
  private final Thread watch;
  private boolean over;
  private boolean closed;

  private TimeBound(Duration longest) {
    this.watch = Thread.ofVirtual().name("time bound").unstarted(() -> strikeAfter(longest));
  }

  /** Zero for never. */
  static TimeBound of(Duration longest) {
    var bound = new TimeBound(longest);
    if (longest.isPositive()) bound.watch.start();
    return bound;
  }

  private void strikeAfter(Duration longest) {
    try {
      Thread.sleep(longest);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // closed
      return;
    }
    strike();
  }

  private synchronized void strike() {
    if (closed) return;
    over = true;
    worker.interrupt();
  }

  synchronized boolean isOver() {
    return over;
  }

  /** From here on the thread is its owner's again. May be repeated. */
  @Override
  public synchronized void close() {
    closed = true;
    watch.interrupt();
    if (over) Thread.interrupted(); // that was ours
    over = false;
  }
}
