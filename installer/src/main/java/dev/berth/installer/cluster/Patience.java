package dev.berth.installer.cluster;

import dev.berth.base.Problem;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * How long an API server that is away is asked again: one question that it does not answer is no
 * failure of what is being done.
 *
 * @param progress is told once of each question that waits
 */
record Patience(Duration most, Consumer<String> progress, Clock clock) {
  /** Between two tries. */
  private static final Duration LOOK = Duration.ofSeconds(1);

  /** The same, for {@code other} where that is less. */
  Patience atMost(Duration other) {
    return new Patience(most.compareTo(other) < 0 ? most : other, progress, clock);
  }

  /** The answer; the last try's {@link Problem.Unavailable} where none comes in time. */
  <T> T ask(Supplier<T> call) throws InterruptedException {
    var until = clock.instant().plus(most);
    boolean told = false;
    while (true) {
      try {
        return call.get();
      } catch (Problem.Unavailable away) {
        if (clock.instant().isAfter(until)) throw away;
        if (!told) progress.accept("  " + away.what());
        told = true;
        Thread.sleep(LOOK);
      }
    }
  }

  /** As {@link #ask}, for what answers nothing. */
  void act(Runnable call) throws InterruptedException {
    ask(() -> {
      call.run();
      return true;
    });
  }
}
