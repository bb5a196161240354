package dev.berth.control.workspace;

import dev.berth.control.source.Source;
import dev.berth.definition.Definition;
import dev.berth.runtime.Seed;
import java.util.List;
import java.util.Optional;

/**
 * What a workspace was made from, frozen when it was opened.
 *
 * @param contextUrl as its owner gave it
 * @param size the name of its class
 * @param seed the saved moment of another workspace that it begins as; empty for a clone
 * @param notices what its owner should know of how it was read
 */
public record Plan(
    String contextUrl,
    Source source,
    Definition definition,
    String size,
    Optional<Seed> seed,
    List<String> notices) {
  public Plan {
    notices = List.copyOf(notices);
  }
}
