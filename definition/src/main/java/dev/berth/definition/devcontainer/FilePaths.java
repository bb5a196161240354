package dev.berth.definition.devcontainer;

import dev.berth.base.Problem;
import dev.berth.definition.reading.Findings;
import dev.berth.definition.reading.InsidePath;
import dev.berth.definition.reading.Place;
import dev.berth.definition.reading.Section;
import java.util.Optional;

/**
 * Reads paths that a file writes relative to its own folder, and makes them relative to the
 * repository's root, which none may leave.
 *
 * @param folder the file's own; "." for the root
 */
record FilePaths(String folder, Findings findings) {
  private static final int MOST = 1024;

  /** Of the file at {@code path}, relative to the root. */
  static FilePaths of(String path, Findings findings) {
    int slash = path.lastIndexOf('/');
    return new FilePaths(slash < 0 ? "." : path.substring(0, slash), findings);
  }

  Optional<String> read(Section section, String name) {
    return section.text(name, MOST).flatMap(text -> resolve(text, section.place(name)));
  }

  Optional<String> resolve(String text, Place place) {
    if (text.isBlank()) return Optional.empty();
    try {
      return Optional.of(InsidePath.resolve(folder, text.strip(), "the repository"));
    } catch (Problem.Invalid e) {
      findings.error(place, e.what() + " It is not used.", e.remedy());
      return Optional.empty();
    }
  }
}
