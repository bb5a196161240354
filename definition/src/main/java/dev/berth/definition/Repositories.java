package dev.berth.definition;

import java.util.List;
import java.util.Optional;

/**
 * Other repositories that belong to one (gitpod-classic 4.4).
 *
 * @param main the context URL of the repository whose definition is used instead of this one's
 * @param additional cloned beside it
 */
public record Repositories(Optional<String> main, List<Additional> additional) {
  public static final Repositories NONE = new Repositories(Optional.empty(), List.of());

  public Repositories {
    additional = List.copyOf(additional);
  }

  /**
   * A repository beside the first.
   *
   * @param url a context URL, not looked at yet
   * @param checkoutLocation relative to /workspace, parsed; empty for the repository's name
   */
  public record Additional(String url, Optional<String> checkoutLocation) {}
}
