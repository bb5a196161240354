package dev.berth.base.http;

import dev.berth.base.Problem;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * Tells of requests that could not be served since something is away: of the first, with its cause,
 * and then once a minute how many more met the same, as one thing that is away is so for all who
 * ask. Any thread may call.
 */
final class Unanswered {
  static final Duration BETWEEN = Duration.ofMinutes(1);

  /** Words with an id in them hardly come again; of more the oldest are forgotten. */
  private static final int MOST = 100;

  private static final class Reason {
    Instant toldAt = Instant.EPOCH;
    long more;
  }

  private final Clock clock;
  private final BiConsumer<String, Optional<Problem>> log;
  private final Map<String, Reason> reasons =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Reason> eldest) {
          return size() > MOST;
        }
      };

  /**
   * @param log where a line is said, with its cause where that is new
   */
  Unanswered(Clock clock, BiConsumer<String, Optional<Problem>> log) {
    this.clock = clock;
    this.log = log;
  }

  /** The answer to {@code request} was {@code problem}. */
  synchronized void met(String request, Problem problem) {
    var now = clock.instant();
    var words = problem.words();
    var reason = reasons.computeIfAbsent(words, _ -> new Reason());
    if (now.isBefore(reason.toldAt.plus(BETWEEN))) {
      reason.more++;
      return;
    }
    if (reason.more == 0) log.accept(request + ": " + words, Optional.of(problem));
    else {
      log.accept(
          "%s, and %d more requests since the last such line: %s"
              .formatted(request, reason.more, words),
          Optional.empty());
    }
    reason.toldAt = now;
    reason.more = 0;
  }
}
