package dev.berth.definition.reading;

import dev.berth.base.Problem;
import dev.berth.base.text.Quoted;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A path that must stay inside the folder that it is relative to. */
public final class InsidePath {
  /** Characters of a whole path: leaves room in Linux' PATH_MAX of 4096 bytes. */
  static final int MOST = 1024;

  private InsidePath() {}

  /**
   * {@code text} without "." and empty parts, "." where nothing remains; {@link Problem.Invalid}
   * where it could leave its folder or is no path.
   */
  public static String parse(String text, String folder) {
    if (text.startsWith("/") || text.startsWith("~")) {
      throw new Problem.Invalid(
          "%s is an absolute path.".formatted(Quoted.text(text)),
          "Write a path relative to %s.".formatted(folder));
    }
    var parts = new ArrayList<String>();
    for (var part : text.split("/", -1)) {
      if (part.equals("..")) throw leaves(text, folder);
      checkName(part, text);
      if (!part.isEmpty() && !part.equals(".")) parts.add(part);
    }
    return parts.isEmpty() ? "." : String.join("/", parts);
  }

  /**
   * The same of a path that is relative to {@code from}, itself below {@code folder}, and may go up
   * to {@code folder} and no further.
   */
  public static String resolve(String from, String text, String folder) {
    if (text.startsWith("/") || text.startsWith("~")) {
      throw new Problem.Invalid(
          "%s is an absolute path.".formatted(Quoted.text(text)),
          "Write a path relative to the file that names it.");
    }
    var parts = new ArrayList<String>();
    if (!from.equals(".")) parts.addAll(List.of(from.split("/")));
    for (var part : text.split("/", -1)) {
      checkName(part, text);
      if (part.equals("..")) {
        if (parts.isEmpty()) throw leaves(text, folder);
        parts.removeLast();
      } else if (!part.isEmpty() && !part.equals(".")) {
        parts.add(part);
      }
    }
    return parts.isEmpty() ? "." : String.join("/", parts);
  }

  private static Problem.Invalid leaves(String text, String folder) {
    return new Problem.Invalid(
        "%s leaves %s.".formatted(Quoted.text(text), folder), "Stay inside it.");
  }

  /** A part of {@code path}. */
  private static void checkName(String part, String path) {
    // 255: what Linux' file systems take (NAME_MAX)
    if (part.getBytes(StandardCharsets.UTF_8).length > 255
        || !Quoted.isPlain(part)
        || part.indexOf('\\') >= 0) {
      throw new Problem.Invalid(
          "%s is no path.".formatted(Quoted.text(path)),
          "Use names of at most 255 bytes without backslashes and control characters.");
    }
  }
}
