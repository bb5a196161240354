package dev.berth.protocol;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.berth.base.Problem;
import java.util.Optional;

/** A TCP port of an instance that its user may serve on: 1 to 65535 without the supervisor's. */
public record Port(@JsonValue int number) implements Comparable<Port> {
  /** Where the supervisor serves its API (gitpod-classic 7). */
  public static final int SUPERVISOR = 22999;

  /** Where the registry of extensions is found inside: {@link dev.berth.protocol.inside.Outlet}. */
  public static final int OUTLET = 22998;

  /** Where the browser IDE serves. */
  public static final int IDE = 23000;

  /** Where the supervisor serves SSH. */
  public static final int SSH = 23001;

  /** Takes a number that may be a user's port; {@link Problem.Invalid} for any other. */
  @JsonCreator
  public Port {
    if (number < 1 || number > 65535) {
      throw new Problem.Invalid(
          "%d is no TCP port.".formatted(number), "Use a number from 1 to 65535.");
    }
    if (isOurs(number)) {
      throw new Problem.Invalid(
          "Port %d belongs to Berth's supervisor.".formatted(number),
          "Let your program listen on another port than %d, %d, %d and %d."
              .formatted(OUTLET, SUPERVISOR, IDE, SSH));
    }
  }

  /** The port that {@code text} names in plain decimal digits, whole; empty for anything else. */
  public static Optional<Port> parse(String text) {
    if (text.isEmpty() || text.length() > 5 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return Optional.empty();
    }
    int number = Integer.parseInt(text);
    return number < 1 || number > 65535 || isOurs(number)
        ? Optional.empty()
        : Optional.of(new Port(number));
  }

  /** Whether {@code number} is served by Berth itself inside an instance. */
  public static boolean isOurs(int number) {
    return number == SUPERVISOR || number == OUTLET || number == IDE || number == SSH;
  }

  @Override
  public int compareTo(Port other) {
    return Integer.compare(number, other.number);
  }

  @Override
  public String toString() {
    return Integer.toString(number);
  }
}
