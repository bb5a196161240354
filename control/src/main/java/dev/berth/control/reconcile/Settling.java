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
  private final Duration reports;

  /**
   * @param nanos of a clock that nobody sets
   * @param reports how long gateways may need to tell who is there
   */
  Settling(LongSupplier nanos, Duration reports) {
    this.nanos = nanos;
    this.began = nanos.getAsLong();
    this.reports = reports;
  }

  /**
   * That begins now.
   *
   * @param reports how long gateways may need to tell who is there: what they noted while no
   *     control was there to take it, they keep
   */
  public static Settling begin(Duration reports) {
    return new Settling(System::nanoTime, reports);
  }

  /** Whether it is known who works. */
  boolean hasReports() {
    return nanos.getAsLong() - began >= reports.toNanos();
  }

  boolean isOver() {
    return nanos.getAsLong() - began >= LONGEST.toNanos();
  }
}
