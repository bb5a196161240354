package dev.berth.gateway.statics;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Where in a tree a request leads, as far as its path tells.
 *
 * @param folder of the tree whose files are served
 * @param name of a file below it: plain segments only
 */
public record StaticPath(Tree tree, String folder, String name) {
  /** The longest one of VS Code 1.139 has 140 characters. */
  private static final int LONGEST = 1024;

  /**
   * The name that {@code sent}, the part of a request's path behind a prefix, stands for; empty
   * where it is no plain one. Percent signs are decoded once, and what is then no plain segment is
   * refused, so there is nothing to resolve and nothing that two readers could read differently.
   */
  static Optional<String> name(String sent) {
    if (sent.isEmpty() || sent.length() > LONGEST) return Optional.empty();
    var name = new StringBuilder(sent.length());
    for (var segment : sent.split("/", -1)) {
      var plain = decoded(segment);
      if (plain.isEmpty() || !isPlain(plain.get())) return Optional.empty();
      if (!name.isEmpty()) name.append('/');
      name.append(plain.get());
    }
    return Optional.of(name.toString());
  }

  private static boolean isPlain(String segment) {
    return !segment.isEmpty()
        && !segment.equals(".")
        && !segment.equals("..")
        && segment.chars().noneMatch(c -> c < ' ' || c == 0x7f || c == '/' || c == '\\');
  }

  private static Optional<String> decoded(String segment) {
    if (segment.indexOf('%') < 0) return Optional.of(segment);
    var bytes = new byte[segment.length()];
    int length = 0;
    for (int i = 0; i < segment.length(); i++) {
      char c = segment.charAt(i);
      if (c > 0x7f) return Optional.empty();
      if (c != '%') {
        bytes[length++] = (byte) c;
        continue;
      }
      int high = i + 2 < segment.length() ? Character.digit(segment.charAt(i + 1), 16) : -1;
      int low = i + 2 < segment.length() ? Character.digit(segment.charAt(i + 2), 16) : -1;
      if (high < 0 || low < 0) return Optional.empty();
      bytes[length++] = (byte) (high << 4 | low);
      i += 2;
    }
    return Optional.of(new String(bytes, 0, length, StandardCharsets.UTF_8));
  }
}
