package dev.berth.definition.devcontainer;

import dev.berth.base.text.Quoted;
import dev.berth.definition.reading.Findings;
import dev.berth.definition.reading.Place;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Puts values for {@code ${localWorkspaceFolder}} and the like. What the container's environment
 * holds is known in the container only: {@code ${containerEnv:NAME}} stays as it is. Anything else
 * in {@code ${}} is left to a shell.
 */
final class Substitution {
  private static final Pattern VARIABLE =
      Pattern.compile("\\$\\{([A-Za-z]+)(?::([^:}]*))?(?::([^}]*))?\\}");

  private final Surroundings surroundings;
  private final String folder;
  private final Findings findings;

  /**
   * @param folder where a user works, below the repository's folder or the same
   */
  Substitution(Surroundings surroundings, String folder, Findings findings) {
    this.surroundings = surroundings;
    this.folder = folder;
    this.findings = findings;
  }

  String of(String text, Place place) {
    if (!text.contains("${")) return text;
    return VARIABLE
        .matcher(text)
        .replaceAll(match -> {
          var name = match.group(2) == null ? "" : match.group(2);
          var otherwise = match.group(3) == null ? "" : match.group(3);
          var value =
              switch (match.group(1)) {
                case "localWorkspaceFolder" -> surroundings.folder();
                case "containerWorkspaceFolder" -> folder;
                case "localWorkspaceFolderBasename" -> surroundings.repository();
                case "containerWorkspaceFolderBasename" ->
                    folder.substring(folder.lastIndexOf('/') + 1);
                case "devcontainerId" -> surroundings.id();
                case "localEnv", "env" -> local(name, otherwise, match.group(3) != null, place);
                default -> match.group();
              };
          return Matcher.quoteReplacement(value);
        });
  }

  private String local(String name, String otherwise, boolean hasDefault, Place place) {
    if (!hasDefault) {
      findings.warning(
          place,
          "%s is empty: no machine of a user's stands behind a workspace."
              .formatted(Quoted.text("${localEnv:" + name + "}")),
          "Give a default behind a second colon, or keep the value as a variable of your account.");
    }
    return otherwise;
  }
}
