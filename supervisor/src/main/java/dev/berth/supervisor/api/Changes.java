package dev.berth.supervisor.api;

import java.time.Duration;

/** Tells those who wait that something of the instance's status changed. Any thread may call. */
public final class Changes {
  private long count;

  /** Something changed. */
  public synchronized void happened() {
    count++;
    notifyAll();
  }

  synchronized long count() {
    return count;
  }

  /** Waits for a change after the {@code seen}th, at most {@code patience}. */
  synchronized void await(long seen, Duration patience) throws InterruptedException {
    long until = System.nanoTime() + patience.toNanos();
    while (count == seen) {
      long leftMillis = (until - System.nanoTime()) / 1_000_000;
      if (leftMillis <= 0) return;
      wait(leftMillis);
    }
  }
}
