package dev.berth.definition.devcontainer;

import dev.berth.base.Problem;
import dev.berth.base.text.Quoted;
import dev.berth.definition.reading.Findings;
import dev.berth.definition.reading.InsidePath;
import dev.berth.definition.reading.Place;
import dev.berth.definition.reading.Section;
import java.util.Optional;

/**
 * Reads {@code workspaceFolder} and {@code workspaceMount}. The repository lies in /workspace,
 * under its name, wherever the file would mount it; what counts is the folder below it.
 */
final class FolderFields {
  private static final int MOST = 4096;

  private final Findings findings;
  private final Surroundings surroundings;

  FolderFields(Findings findings, Surroundings surroundings) {
    this.findings = findings;
    this.surroundings = surroundings;
  }

  /** Relative to the repository's folder; empty where the file names none. */
  Optional<String> read(Section file) {
    var substitution = new Substitution(surroundings, surroundings.folder(), findings);
    var mount =
        file.text("workspaceMount", MOST)
            .filter(text -> !text.isBlank())
            .map(text -> substitution.of(text, file.place("workspaceMount")))
            .map(text -> mountedAt(text, file.place("workspaceMount")));
    var named =
        file.text("workspaceFolder", MOST)
            .filter(text -> !text.isBlank())
            .map(text -> substitution.of(text.strip(), file.place("workspaceFolder")));
    if (named.isEmpty()) return Optional.empty();
    return below(named.get(), mount, file.place("workspaceFolder"));
  }

  private String mountedAt(String mount, Place place) {
    var options = MountFields.options(mount);
    var target =
        options.getOrDefault(
            "target", options.getOrDefault("dst", options.getOrDefault("destination", "")));
    if (!target.startsWith("/")) {
      findings.error(
          place, "\"workspaceMount\" has no target; it is not used.", "Add target=/folder.");
      return "/workspaces/" + surroundings.repository();
    }
    return target.length() > 1 && target.endsWith("/")
        ? target.substring(0, target.length() - 1)
        : target;
  }

  private Optional<String> below(String folder, Optional<String> mount, Place place) {
    for (var root :
        new String[] {
          mount.orElse("/workspaces/" + surroundings.repository()), surroundings.folder()
        }) {
      if (!folder.equals(root) && !folder.startsWith(root + "/")) continue;
      try {
        var below = InsidePath.parse(folder.substring(root.length()).replaceFirst("^/+", ""), root);
        // The usual place is only the usual place; one that was chosen is meant.
        if (mount.isPresent() && !root.equals(surroundings.folder())) tellPlace(folder, place);
        return Optional.of(below);
      } catch (Problem.Invalid e) {
        findings.error(place, e.what() + " It is not used.", e.remedy());
        return Optional.empty();
      }
    }
    tellPlace(folder, place);
    return Optional.empty();
  }

  private void tellPlace(String folder, Place place) {
    findings.warning(
        place,
        "The repository lies in %s, not in %s."
            .formatted(surroundings.folder(), Quoted.text(folder)),
        "Write ${containerWorkspaceFolder}, or paths relative to the repository, in commands.");
  }
}
