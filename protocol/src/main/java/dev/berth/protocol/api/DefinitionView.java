package dev.berth.protocol.api;

import java.util.List;
import java.util.Optional;

/**
 * What a workspace is made by, as its owner is shown it.
 *
 * @param file the one that was read, relative to the repository's root; empty where none was
 * @param why it was that one
 * @param others files that could have been used instead
 * @param facts all that is in force, in the order in which people ask
 */
public record DefinitionView(
    Optional<String> file, String why, List<String> others, List<Fact> facts) {
  public DefinitionView {
    others = List.copyOf(others);
    facts = List.copyOf(facts);
  }

  /**
   * One of the things that it says.
   *
   * @param name for people: {@code Image}
   * @param values a line each, for people
   * @param from where they come from, for people: {@code .gitpod.yml}
   */
  public record Fact(String name, List<String> values, String from) {
    public Fact {
      values = List.copyOf(values);
    }
  }
}
