package dev.berth.control.reconcile;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * The first minutes of this server, in which nothing goes because its time is over: by a clock that
 * jumped ahead while the machine was off, all that was deleted would be lost for good at the first
 * look, and what nobody used be deleted. Any thread may ask.
 */
public final class Settling {
  /**
   * Far beyond the seconds in which time synchronization sets a clock at a machine's start, with
   * time for its network to come late, or for somebody who sees the wrong date.
   */
  static final Duration LONGEST = Duration.ofMinutes(15);

  private final LongSupplier nanos;
  private final long began;

  /**
   * @param nanos of a clock that nobody sets
   */
  Settling(LongSupplier nanos) {
    this.nanos = nanos;
    this.began = nanos.getAsLong();
  }

  /** That begins now. */
  public static Settling begin() {
    return new Settling(System::nanoTime);
  }

  boolean isOver() {
    return nanos.getAsLong() - began >= LONGEST.toNanos();
  }
}
