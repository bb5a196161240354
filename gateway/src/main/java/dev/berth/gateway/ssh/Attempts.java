package dev.berth.gateway.ssh;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How often each address failed to get in of late, and when its next key exchange has its turn. Who
 * fails often slows his address down and keeps nobody out: colleagues behind one address are not
 * told apart before they have shown their key. Any thread may call.
 */
final class Attempts {
  /** Who lost the right key tries a few times; who guesses tries more. */
  static final int MOST = 30;

  /**
   * From one key exchange to the next with an address that failed so often. One takes a processor
   * for 20 ms (measured; with an RSA key of ours for 48), so this is a fifth of one.
   */
  static final Duration PACE = Duration.ofMillis(100);

  /** Half of the time that a newcomer has to name a user. */
  static final Duration LONGEST_WAIT = Newcomers.NAMELESS.dividedBy(2);

  private static final Duration REMEMBERED = Duration.ofMinutes(10);

  /** At about 200 bytes each this is 4 MB; past it the one that failed longest ago is forgotten. */
  private static final int ADDRESSES_MAX = 20_000;

  /**
   * Of one network.
   *
   * @param next when the next key exchange may be, once they are too many
   */
  private record Failures(int count, Instant since, Instant next) {}

  private final Clock clock;
  private final Map<String, Failures> failed =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Failures> eldest) {
          return size() > ADDRESSES_MAX;
        }
      };

  Attempts(Clock clock) {
    this.clock = clock;
  }

  /**
   * How long a key exchange with {@code address} waits for its turn, which this takes; empty where
   * more wait already than can be served in {@link #LONGEST_WAIT}.
   */
  synchronized Optional<Duration> turn(InetAddress address) {
    var now = clock.instant();
    var failures = ofLate(network(address), now);
    if (failures.count() < MOST) return Optional.of(Duration.ZERO);
    var turn = failures.next().isAfter(now) ? failures.next() : now;
    var wait = Duration.between(now, turn);
    if (wait.compareTo(LONGEST_WAIT) > 0) return Optional.empty();
    failed.put(network(address), new Failures(failures.count(), failures.since(), turn.plus(PACE)));
    return Optional.of(wait);
  }

  /** A connection from {@code address} came to a key exchange and was not let in. */
  synchronized void failed(InetAddress address) {
    var before = ofLate(network(address), clock.instant());
    failed.put(network(address), new Failures(before.count() + 1, before.since(), before.next()));
  }

  private Failures ofLate(String network, Instant now) {
    var failures = failed.get(network);
    return failures == null || now.isAfter(failures.since().plus(REMEMBERED))
        ? new Failures(0, now, now)
        : failures;
  }

  /** One network of IPv6 belongs to one customer. */
  static String network(InetAddress address) {
    var bytes = address.getAddress();
    return HexFormat.of()
        .formatHex(address instanceof Inet6Address ? Arrays.copyOf(bytes, 8) : bytes);
  }
}
