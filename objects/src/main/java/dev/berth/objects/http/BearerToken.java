package dev.berth.objects.http;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * A token that opens a service for an hour or so; a new one is asked for before it ends, or where
 * the service refuses it. Who gives it is no part of that service, and is trusted as Java trusts.
 */
public final class BearerToken implements AutoCloseable {
  /** Clouds' metadata services have a new one five minutes before the end of the old. */
  private static final Duration EARLIER = Duration.ofMinutes(4);

  private static final int REFUSED = 401;

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

  /**
   * By two clocks: one may be set back, the other stands still while the machine sleeps.
   *
   * @param renewalNanos of the one that nobody sets
   */
  private record Kept(String token, Instant renewal, long renewalNanos) {
    boolean isGood(Instant now, long nanos) {
      return now.isBefore(renewal) && nanos - renewalNanos < 0;
    }

    @Override
    public String toString() {
      return "a token until " + renewal;
    }
  }

  private final Service giver;
  private final Source source;
  private final InstantSource clock;
  private final LongSupplier nanos;
  private Optional<Kept> kept = Optional.empty();

  private BearerToken(Service giver, Source source, InstantSource clock, LongSupplier nanos) {
    this.giver = giver;
    this.source = source;
    this.clock = clock;
    this.nanos = nanos;
  }

  /**
   * Asks nobody yet.
   *
   * @param called what gives it, for people
   */
  public static BearerToken open(String called, Source source, InstantSource clock) {
    return open(called, source, clock, System::nanoTime);
  }

  static BearerToken open(String called, Source source, InstantSource clock, LongSupplier nanos) {
    return new BearerToken(Service.open(called, Optional.empty()), source, clock, nanos);
  }

  /**
   * What a machine's own giver of tokens answers. It is asked where nothing else is named, so its
   * being away says as well that something else is to be.
   *
   * @param otherwise what else lets somebody in, for people
   */
  public static Answer given(Service giver, Call call, String otherwise)
      throws IOException, InterruptedException {
    try {
      return giver.ask(call);
    } catch (IOException e) {
      throw new IOException(
          "%s, which is asked for this machine's identity, does not answer (%s); where the machine has none, %s"
              .formatted(giver.called(), e.getMessage(), otherwise),
          e);
    }
  }

  /**
   * What {@code service} answers whoever shows the token; a new one, where it refuses the first.
   */
  public Answer ask(Service service, Call call) throws IOException, InterruptedException {
    var token = now();
    var answer = service.ask(showing(call, token));
    if (answer.status() != REFUSED) return answer;
    drop(token);
    return service.ask(showing(call, now()));
  }

  private static Call showing(Call call, String token) {
    return call.with("authorization", "Bearer " + token);
  }

  /** Unless another has come meanwhile. */
  private synchronized void drop(String token) {
    kept = kept.filter(is -> !is.token().equals(token));
  }

  /** Who else wants it while it is asked for waits. */
  synchronized String now() throws IOException, InterruptedException {
    if (kept.filter(is -> is.isGood(clock.instant(), nanos.getAsLong())).isEmpty()) {
      var asked = clock.instant();
      long askedNanos = nanos.getAsLong();
      var fresh = source.from(giver);
      var half = fresh.good().dividedBy(2);
      var early = half.compareTo(EARLIER) < 0 ? half : EARLIER;
      var used = fresh.good().minus(early);
      kept = Optional.of(new Kept(fresh.token(), asked.plus(used), askedNanos + used.toNanos()));
    }
    return kept.orElseThrow().token();
  }

  @Override
  public void close() {
    giver.close();
  }
}
