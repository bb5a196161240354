package dev.berth.control.account;

import dev.berth.base.Problem;
import dev.berth.base.text.Quoted;
import java.util.regex.Pattern;

/** A variable that its user wants in the workspaces of some repositories. */
public record Variable(String name, String value, RepositoryPattern pattern) {
  // gitpod-classic 3.4
  private static final Pattern NAME = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]{0,254}");
  private static final int VALUE_MAX = 32_767;

  public Variable {
    if (!NAME.matcher(name).matches()) {
      throw new Problem.Invalid(
          "%s is no name of a variable.".formatted(Quoted.text(name)),
          "Use letters, digits and _, and no digit first.");
    }
    if (name.startsWith("GITPOD_") || name.startsWith("BERTH_")) {
      throw new Problem.Invalid(
          "Variables whose names begin with GITPOD_ or BERTH_ are set by Berth itself.",
          "Choose another name.");
    }
    if (value.isBlank() || value.length() > VALUE_MAX || value.indexOf('\0') >= 0) {
      throw new Problem.Invalid(
          "%s has a value that is empty, or longer than %d characters.".formatted(name, VALUE_MAX),
          "Unset it instead, or put a long value into a file.");
    }
  }

  /** What names it among its user's. */
  public String place() {
    return name + " " + pattern;
  }
}
