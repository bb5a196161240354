package dev.berth.supervisor.errand;

import dev.berth.base.Problem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The errands that wait for control. Any thread may call. Control may be told of one twice, after a
 * restart for example: whatever is asked can be done twice.
 */
public final class Errands {
  /** Each is a process that waits; more at once are a runaway script. */
  private static final int WAITING_MAX = 64;

  /** At once to control, which handles them one after the other. */
  private static final int TAKEN_MAX = 16;

  /** From telling control of one to telling it again. */
  private static final Duration AGAIN = Duration.ofSeconds(5);

  /** An errand as control is told of it; {@code what} is JSON. */
  public record Errand(String id, String what) {}

  /** What control answered: an HTTP status and JSON. */
  public record Answer(int status, byte[] json) {}

  private static final class Waiting {
    private final String what;
    private Optional<Answer> answer = Optional.empty();
    private Optional<Long> toldNanos = Optional.empty();

    private Waiting(String what) {
      this.what = what;
    }

    private boolean isDue(long now) {
      return answer.isEmpty() && toldNanos.filter(told -> now - told < AGAIN.toNanos()).isEmpty();
    }
  }

  private final Map<String, Waiting> waiting = new LinkedHashMap<>();
  private long count;

  /** Has {@code what} done; waits for the answer at most {@code patience}. */
  public synchronized Answer run(String what, Duration patience) throws InterruptedException {
    if (waiting.size() >= WAITING_MAX) {
      throw new Problem.Unavailable(
          "%d requests wait for Berth already.".formatted(WAITING_MAX), "Try again in a moment.");
    }
    var errand = new Waiting(what);
    var id = "e" + ++count;
    waiting.put(id, errand);
    notifyAll();
    try {
      long until = System.nanoTime() + patience.toNanos();
      while (errand.answer.isEmpty()) {
        long pause = pauseMillis(until);
        if (pause <= 0) {
          throw new Problem.Unavailable(
              "Berth's control plane did not ask for this workspace's requests within %d s."
                  .formatted(patience.toSeconds()),
              "It may be restarting: try again in a moment.");
        }
        wait(pause);
      }
      return errand.answer.get();
    } finally {
      waiting.remove(id);
    }
  }

  /** Those that control is to do now; waits for one at most {@code patience}. */
  public synchronized List<Errand> take(Duration patience) throws InterruptedException {
    long until = System.nanoTime() + patience.toNanos();
    var due = due();
    while (due.isEmpty()) {
      long pause = pauseMillis(until);
      if (pause <= 0) break;
      wait(pause);
      due = due();
    }
    return due;
  }

  private List<Errand> due() {
    long now = System.nanoTime();
    var due = new ArrayList<Errand>();
    waiting.forEach((id, errand) -> {
      if (due.size() >= TAKEN_MAX || !errand.isDue(now)) return;
      errand.toldNanos = Optional.of(now);
      due.add(new Errand(id, errand.what));
    });
    return due;
  }

  /** Gives the answer to whoever waits for it; nothing where nobody does any more. */
  public synchronized void answer(String id, Answer answer) {
    var errand = waiting.get(id);
    if (errand == null) return;
    errand.answer = Optional.of(answer);
    notifyAll();
  }

  /** No more than a second at a time: what was told may be due again. */
  private static long pauseMillis(long untilNanos) {
    return Math.min((untilNanos - System.nanoTime()) / 1_000_000, 1000);
  }
}
