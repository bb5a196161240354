package dev.berth.gateway.ssh;

import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Who connected and was not let in yet. A newcomer is never refused: where all places are taken,
 * the one that has its place for longest gives way, of the address that has most of them. So an
 * address alone keeps out only its own, and where all come from one address, as through a load
 * balancer that hides them, each has as long as a hundred others need to come. Any thread may call.
 */
final class Newcomers<T> {
  /** OpenSSH's server stops at 100 too. */
  static final int MOST = 100;

  /**
   * From the connection to a user's name: the exchange of keys in between takes tens of
   * milliseconds, and a person is asked for what he types after it.
   */
  static final Duration NAMELESS = Duration.ofSeconds(10);

  private record Place(String network, Instant since) {}

  private final Predicate<T> named;
  private final Clock clock;
  private final Map<T, Place> all = new LinkedHashMap<>();

  /**
   * @param named whether one has named somebody to be
   */
  Newcomers(Predicate<T> named, Clock clock) {
    this.named = named;
    this.clock = clock;
  }

  /** Takes {@code one} in; answers who gives way to it. */
  synchronized Optional<T> come(T one, InetAddress from) {
    var gone = all.size() < MOST ? Optional.<T>empty() : Optional.of(givesWay());
    gone.ifPresent(all::remove);
    all.put(one, new Place(Attempts.network(from), clock.instant()));
    return gone;
  }

  /** Half of the places are for those who named nobody, who are the next ones to be let in. */
  private T givesWay() {
    var parts = all.keySet().stream().collect(Collectors.partitioningBy(named));
    var nameless = parts.getOrDefault(false, List.of());
    return oldestOfMost(
        nameless.size() * 2 < MOST ? parts.getOrDefault(true, List.of()) : nameless);
  }

  private T oldestOfMost(List<T> some) {
    var counts = some.stream().collect(Collectors.groupingBy(this::network, Collectors.counting()));
    long most = counts.values().stream().mapToLong(Long::longValue).max().orElseThrow();
    return some.stream()
        .filter(one -> counts.getOrDefault(network(one), 0L) == most)
        .findFirst()
        .orElseThrow();
  }

  private String network(T one) {
    return place(one).map(Place::network).orElse("");
  }

  private Optional<Place> place(T one) {
    return Optional.ofNullable(all.get(one));
  }

  /** {@code one} was let in, or hung up; false where it had given way before. */
  synchronized boolean left(T one) {
    return all.remove(one) != null;
  }

  /** Those who should have named somebody by now; they are no newcomers any more. */
  synchronized List<T> overdue() {
    var until = clock.instant().minus(NAMELESS);
    var late =
        all.entrySet().stream()
            .filter(one -> one.getValue().since().isBefore(until) && !named.test(one.getKey()))
            .map(Map.Entry::getKey)
            .toList();
    late.forEach(all::remove);
    return late;
  }
}
