package dev.berth.definition;

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

  /** How much it matters. */
  public enum Severity {
    /** What stands there is not done. */
    ERROR,
    /** It is done, or was never worth doing; it should be written in another way. */
    WARNING
  }

  /** All of it on one line, as compilers write it. */
  public String words() {
    return "%s:%d:%d: %s %s".formatted(file, line, column, what, remedy);
  }
}
