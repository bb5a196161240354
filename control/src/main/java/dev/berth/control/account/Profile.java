package dev.berth.control.account;

import dev.berth.base.Problem;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What its user says of himself.
 *
 * @param gitName as whom he commits; may be empty
 * @param gitEmail the same
 * @param dotfiles the repository of his own settings
 * @param samePreferences whether his settings of the editor are the same in all his workspaces
 */
public record Profile(
    String gitName, String gitEmail, Optional<String> dotfiles, boolean samePreferences) {
  /** Of a user who said nothing. */
  public static final Profile NONE = new Profile("", "", Optional.empty(), false);

  private static final int TEXT_MAX = 255;
  private static final Pattern REPOSITORY =
      Pattern.compile("https?://[\\x21-\\x7e&&[^@\"'\\\\]]{3,2000}");

  public Profile {
    for (var text : new String[] {gitName, gitEmail}) {
      if (text.length() > TEXT_MAX || text.chars().anyMatch(c -> c < ' ' || c == '<' || c == '>')) {
        throw new Problem.Invalid(
            "git takes no such name or e-mail address.",
            "Leave out <, > and line breaks, and use at most %d characters.".formatted(TEXT_MAX));
      }
    }
    if (dotfiles.isPresent() && !REPOSITORY.matcher(dotfiles.get()).matches()) {
      throw new Problem.Invalid(
          "That is no address of a dotfiles repository.",
          "Copy its https address from the host's clone button.");
    }
  }
}
