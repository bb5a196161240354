package dev.berth.objects.http;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A token that opens a service for an hour or so; a new one is asked for before it ends. Who gives
 * it is no part of that service, and is trusted as Java trusts.
 */
public final class BearerToken implements AutoCloseable {
  /** Clouds' metadata services have a new one five minutes before the end of the old. */
  private static final Duration EARLIER = Duration.ofMinutes(4);

  /** Asks for one. */
  public interface Source {
    Fresh from(Service giver) throws IOException, InterruptedException;
  }

  /** A token, and for how long it is good. */
  public record Fresh(String token, Duration good) {
    @Override
    public String toString() {
      return "a token for " + good; // no secret gets into a log
    }
  }

  private record Kept(String token, Instant renewal) {}

  private final Service giver;
  private final Source source;
  private final Clock clock;
  private Optional<Kept> kept = Optional.empty();

  private BearerToken(Service giver, Source source, Clock clock) {
    this.giver = giver;
    this.source = source;
    this.clock = clock;
  }

  /**
   * Asks nobody yet.
   *
   * @param called what gives it, for people
   */
  public static BearerToken open(String called, Source source, Clock clock) {
    return new BearerToken(Service.open(called, Optional.empty()), source, clock);
  }

  /** Who else wants it while it is asked for waits. */
  public synchronized String now() throws IOException, InterruptedException {
    if (kept.filter(is -> clock.instant().isBefore(is.renewal())).isEmpty()) {
      var asked = clock.instant();
      var fresh = source.from(giver);
      var half = fresh.good().dividedBy(2);
      var early = half.compareTo(EARLIER) < 0 ? half : EARLIER;
      kept = Optional.of(new Kept(fresh.token(), asked.plus(fresh.good()).minus(early)));
    }
    return kept.orElseThrow().token();
  }

  @Override
  public void close() {
    giver.close();
  }
}
