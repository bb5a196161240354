package dev.berth.control.workspace;

import dev.berth.control.source.Source;
import dev.berth.definition.Definition;
import java.util.List;

/**
 * What a workspace was made from, frozen when it was opened.
 *
 * @param contextUrl as its owner gave it
 * @param size the name of its class
 * @param notices what its owner should know of how it was read
 */
public record Plan(
    String contextUrl, Source source, Definition definition, String size, List<String> notices) {
  public Plan {
    notices = List.copyOf(notices);
  }
}
