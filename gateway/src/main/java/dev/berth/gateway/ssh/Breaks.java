package dev.berth.gateway.ssh;

import dev.berth.base.text.Quoted;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Tells of connections that broke: of the first all that is known, then how many more did, ever
 * more seldom while it goes on, as scanners and the health checks of load balancers come all day.
 * Any thread may call.
 */
final class Breaks {
  static final Duration SHORTEST = Duration.ofMinutes(1);
  static final Duration LONGEST = Duration.ofHours(1);

  /** Of what is known of one; a stranger's own words may be among it. */
  private static final int SHOWN = 300;

  /** A time in which they are counted. */
  private record Count(Instant since, Duration length, long more) {}

  private final Clock clock;
  private final Consumer<String> log;
  private Optional<Count> count = Optional.empty();

  /**
   * @param log where a line is said
   */
  Breaks(Clock clock, Consumer<String> log) {
    this.clock = clock;
    this.log = log;
  }

  /** A connection broke as {@code details} say. */
  synchronized void broke(String details) {
    look();
    if (count.isEmpty()) log.accept("an SSH connection broke: " + Quoted.printable(details, SHOWN));
    count =
        Optional.of(
            count
                .map(now -> new Count(now.since(), now.length(), now.more() + 1))
                .orElseGet(() -> new Count(clock.instant(), SHORTEST, 0)));
  }

  /** Says how many there were, where it is time; to be called now and then. */
  synchronized void look() {
    var now = clock.instant();
    count =
        count.flatMap(one ->
            now.isBefore(one.since().plus(one.length())) ? Optional.of(one) : next(one, now));
  }

  private Optional<Count> next(Count over, Instant now) {
    if (over.more() == 0) return Optional.empty();
    log.accept(
        "%d more SSH connections broke within %d min"
            .formatted(over.more(), over.length().toMinutes()));
    var twice = over.length().multipliedBy(2);
    return Optional.of(new Count(now, twice.compareTo(LONGEST) > 0 ? LONGEST : twice, 0));
  }
}
