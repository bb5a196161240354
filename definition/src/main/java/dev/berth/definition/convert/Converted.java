package dev.berth.definition.convert;

import java.util.List;

/**
 * A definition, written.
 *
 * @param file where it belongs, relative to the repository's root
 * @param lost what it does not say any more, a sentence each
 */
public record Converted(String file, String text, List<String> lost) {
  public Converted {
    lost = List.copyOf(lost);
  }
}
