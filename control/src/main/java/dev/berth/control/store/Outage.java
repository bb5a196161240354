package dev.berth.control.store;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Tells of a database that is away, whichever pool finds it so: that it is and why, then how many
 * questions it left unanswered, ever more seldom while it lasts, and that it is over. One that
 * comes and goes is told of once a minute. Any thread may call.
 */
final class Outage {
  static final Duration SHORTEST = Duration.ofMinutes(1);
  static final Duration LONGEST = Duration.ofHours(1);

  /** One that goes on. */
  private static final class Going {
    final Instant since;
    boolean told;
    Duration pause = SHORTEST;
    Instant next;
    long unanswered;

    Going(Instant since, boolean told) {
      this.since = since;
      this.told = told;
      this.next = since.plus(pause);
    }
  }

  private final Clock clock;
  private final Consumer<String> log;

  /** The pools by which it is away. Asked with each answer, and hardly ever changed. */
  private final Set<String> away = ConcurrentHashMap.newKeySet();

  private Optional<Going> going = Optional.empty();
  private Instant lastTold = Instant.MIN;
  private long untold;

  /**
   * @param log where a line is said
   */
  Outage(Clock clock, Consumer<String> log) {
    this.clock = clock;
    this.log = log;
  }

  /** A question by {@code pool} was not answered; whether it is the first of that pool's. */
  synchronized boolean unanswered(String pool, String why) {
    var now = clock.instant();
    boolean first = away.add(pool);
    var one = going.orElseGet(() -> begin(now, why));
    going = Optional.of(one);
    one.unanswered++;
    if (now.isBefore(one.next)) return first;
    say(
        now,
        "the database has not answered for %s (unanswered questions: %d): %s"
            .formatted(words(Duration.between(one.since, now)), one.unanswered, why));
    one.told = true;
    var twice = one.pause.multipliedBy(2);
    one.pause = twice.compareTo(LONGEST) > 0 ? LONGEST : twice;
    one.next = now.plus(one.pause);
    return first;
  }

  private Going begin(Instant now, String why) {
    boolean tells = !now.minus(SHORTEST).isBefore(lastTold);
    if (!tells) {
      untold++;
      return new Going(now, false);
    }
    var more = untold == 0 ? "" : " (it was so %d times more since the last line)";
    say(now, "the database does not answer" + more.formatted(untold) + ": " + why);
    untold = 0;
    return new Going(now, true);
  }

  /** A question by {@code pool} was answered. */
  void answered(String pool) {
    if (away.contains(pool)) over(pool);
  }

  private synchronized void over(String pool) {
    if (!away.remove(pool) || !away.isEmpty() || going.isEmpty()) return;
    var over = going.get();
    going = Optional.empty();
    if (!over.told) return;
    var now = clock.instant();
    say(
        now,
        "the database answers again, after %s (unanswered questions: %d)"
            .formatted(words(Duration.between(over.since, now)), over.unanswered));
  }

  /** Whether the last question by {@code pool} was not answered. */
  boolean isAway(String pool) {
    return away.contains(pool);
  }

  private void say(Instant now, String line) {
    lastTold = now;
    log.accept(line);
  }

  private static String words(Duration time) {
    return time.toMinutes() > 0 ? time.toMinutes() + " min" : time.toSeconds() + " s";
  }
}
