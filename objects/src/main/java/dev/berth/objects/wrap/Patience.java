package dev.berth.objects.wrap;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How often a call is tried, and how long is waited between.
 *
 * @param tries at most, the first included
 * @param first wait after the first failure; each next is twice as long
 * @param longest wait
 */
public record Patience(int tries, Duration first, Duration longest) {
  /** About half a minute in all: an object store that restarts is back by then. */
  public static final Patience USUAL =
      new Patience(8, Duration.ofMillis(250), Duration.ofSeconds(10));

  /** Between half of it and all: those who failed together do not come back together. */
  public Duration apart(int next) {
    long half = before(next).toMillis() / 2;
    return Duration.ofMillis(half + ThreadLocalRandom.current().nextLong(half + 1));
  }

  Duration before(int next) {
    var wait = first.multipliedBy(1L << Math.min(next - 1, 20));
    return wait.compareTo(longest) < 0 ? wait : longest;
  }
}
