package dev.berth.objects;

import dev.berth.base.Problem;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What an object is called: words of small letters, digits, {@code -}, {@code _} and {@code .},
 * joined by {@code /}. So every store can have it as it is, also a file system that does not tell
 * capital letters apart.
 */
public record ObjectName(String text) implements Comparable<ObjectName> {
  /** S3 allows 1,024 bytes; the rest is left to a prefix. */
  private static final int MOST_LETTERS = 512;

  private static final Pattern FORM =
      Pattern.compile("[a-z0-9_][a-z0-9._-]*(/[a-z0-9_][a-z0-9._-]*)*");

  public ObjectName {
    if (!isName(text)) {
      throw new Problem.Invalid(
          "An object cannot be called \"%s\"."
              .formatted(text.length() > 80 ? text.substring(0, 80) + "..." : text),
          "Use words of small letters, digits, '-', '_' and '.', joined by '/'.");
    }
  }

  public static ObjectName of(String text) {
    return new ObjectName(text);
  }

  /** The name that {@code text} is, if it can be one. */
  public static Optional<ObjectName> parse(String text) {
    return isName(text) ? Optional.of(new ObjectName(text)) : Optional.empty();
  }

  private static boolean isName(String text) {
    return text.length() <= MOST_LETTERS && FORM.matcher(text).matches();
  }

  /** The object called {@code rest} in the folder that this name is. */
  public ObjectName with(String rest) {
    return new ObjectName(text + "/" + rest);
  }

  /** Whether this is in {@code folder}, however deep. */
  public boolean isIn(ObjectName folder) {
    return text.startsWith(folder.text + "/");
  }

  /** The word after the last {@code /}. */
  public String last() {
    return text.substring(text.lastIndexOf('/') + 1);
  }

  @Override
  public int compareTo(ObjectName other) {
    return text.compareTo(other.text);
  }

  @Override
  public String toString() {
    return text;
  }
}
