package dev.berth.protocol.inside;

import dev.berth.base.Problem;
import java.util.Optional;

/**
 * What the definition says of a port or a range of them (gitpod-classic 3.2).
 *
 * @param first the lowest port number
 * @param last the highest, the same for a single port
 * @param https whether the program inside speaks TLS
 */
public record PortPlan(
    int first,
    int last,
    OnOpen onOpen,
    Visibility visibility,
    boolean https,
    Optional<String> name,
    Optional<String> description) {

  /** What happens when something listens. */
  public enum OnOpen {
    OPEN_BROWSER,
    OPEN_PREVIEW,
    NOTIFY,
    IGNORE,
    IGNORE_COMPLETELY
  }

  /** Who gets in. */
  public enum Visibility {
    PRIVATE,
    PUBLIC
  }

  public PortPlan {
    if (first < 1 || last > 65535 || first > last) {
      throw new Problem.Invalid(
          "%d-%d is no range of TCP ports.".formatted(first, last),
          "Use numbers from 1 to 65535, the smaller one first.");
    }
  }

  /** Whether it speaks of {@code port}. */
  public boolean covers(int port) {
    return first <= port && port <= last;
  }
}
