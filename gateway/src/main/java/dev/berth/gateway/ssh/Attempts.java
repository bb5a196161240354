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

/** How often each address failed to get in of late. Any thread may call. */
final class Attempts {
  /** Who lost the right key tries a few times; who guesses tries more. */
  static final int MOST = 30;

  private static final Duration REMEMBERED = Duration.ofMinutes(10);

  /** At about 150 bytes each this is 3 MB; past it the one that failed longest ago is forgotten. */
  private static final int ADDRESSES_MAX = 20_000;

  private record Failures(int count, Instant since) {}

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

  /** Whether {@code address} may try again. */
  synchronized boolean mayTry(InetAddress address) {
    var failures = failed.get(network(address));
    if (failures == null) return true;
    if (clock.instant().isAfter(failures.since().plus(REMEMBERED))) {
      failed.remove(network(address));
      return true;
    }
    return failures.count() < MOST;
  }

  /** A connection from {@code address} tried to get in and did not. */
  synchronized void failed(InetAddress address) {
    failed.merge(
        network(address),
        new Failures(1, clock.instant()),
        (before, _) -> new Failures(before.count() + 1, before.since()));
  }

  /** One network of IPv6 belongs to one customer. */
  static String network(InetAddress address) {
    var bytes = address.getAddress();
    return HexFormat.of()
        .formatHex(address instanceof Inet6Address ? Arrays.copyOf(bytes, 8) : bytes);
  }
}
