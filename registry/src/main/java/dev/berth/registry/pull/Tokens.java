package dev.berth.registry.pull;

import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The Authorization headers that registries gave or accepted, per repository. */
final class Tokens {
  /** A token is some KiB; more repositories than this are not pulled from within its minutes. */
  private static final int MOST = 256;

  private record Held(String header, Instant until) {}

  private final Clock clock;
  private final Map<String, Held> held = new LinkedHashMap<>();

  Tokens(Clock clock) {
    this.clock = clock;
  }

  synchronized Optional<String> find(String repository) {
    return Optional.ofNullable(held.get(repository))
        .filter(token -> clock.instant().isBefore(token.until))
        .map(Held::header);
  }

  synchronized void keep(String repository, String header, Instant until) {
    held.remove(repository);
    held.put(repository, new Held(header, until));
    if (held.size() > MOST) held.remove(held.keySet().iterator().next());
  }

  synchronized void drop(String repository) {
    held.remove(repository);
  }
}
