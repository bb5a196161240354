package dev.berth.definition;

import dev.berth.protocol.Severity;
import dev.berth.protocol.api.WorkspaceView.FindingView;

/**
 * Something in a definition's file that its author should know; both texts are safe to print.
 *
 * @param file the file's name, for example {@code .gitpod.yml}
 * @param line from 1
 * @param column from 1, in characters
 * @param what what stands there and what comes of it
 * @param remedy what to write instead
 */
public record Finding(
    Severity severity, String file, int line, int column, String what, String remedy) {

  /** All of it on one line, as compilers write it. */
  public String words() {
    return view().words();
  }

  /** The same as the API has it. */
  public FindingView view() {
    return new FindingView(severity, file, line, column, what, remedy);
  }
}
