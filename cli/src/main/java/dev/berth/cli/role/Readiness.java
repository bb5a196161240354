package dev.berth.cli.role;

import java.util.Optional;
import java.util.function.Supplier;

/**
 * Why a process may not get traffic now, if so, and why it is to be started anew. Any thread may
 * say and ask.
 */
final class Readiness {
  private volatile Supplier<Optional<String>> stuck = Optional::empty;
  private volatile Supplier<Optional<String>> unready;

  /** Ready. */
  Readiness() {
    this.unready = Optional::empty;
  }

  /** Not ready for this reason, until another is said. */
  Readiness(String why) {
    this.unready = () -> Optional.of(why);
  }

  /** From now on not, for this reason. */
  void not(String why) {
    unready = () -> Optional.of(why);
  }

  /** From now on as {@code unready} says at each question. */
  void as(Supplier<Optional<String>> unready) {
    this.unready = unready;
  }

  /** The reason; empty where it is ready. */
  Optional<String> unready() {
    return unready.get();
  }

  /** From now on it is to be started anew where {@code stuck} says why. */
  void stuckAs(Supplier<Optional<String>> stuck) {
    this.stuck = stuck;
  }

  /** Why it is to be started anew; empty where it works. */
  Optional<String> stuck() {
    return stuck.get();
  }
}
