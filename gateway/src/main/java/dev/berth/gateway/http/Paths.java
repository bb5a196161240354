package dev.berth.gateway.http;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Locale;

/** What the path of a request says, also to a reader who decodes and shortens it. */
final class Paths {
  private Paths() {}

  /** The path of a request target, as it was sent, without the query. */
  static String path(String uri) {
    int question = uri.indexOf('?');
    return question < 0 ? uri : uri.substring(0, question);
  }

  /**
   * Whether some reader could take {@code uri} for {@code folder} or what is below it: with percent
   * signs decoded (also twice), empty and dot segments resolved, in any case.
   */
  static boolean leadsTo(String uri, String folder) {
    var path = path(uri);
    if (path.startsWith("/api/") && isPlain(path)) return false; // the most frequent by far
    var once = decoded(path);
    return below(path, folder) || below(once, folder) || below(decoded(once), folder);
  }

  private static boolean isPlain(String path) {
    return path.indexOf('%') < 0 && !path.contains("..") && path.indexOf('\\') < 0;
  }

  private static boolean below(String path, String folder) {
    var segments = new ArrayDeque<String>();
    for (var segment : path.replace('\\', '/').split("/", -1)) {
      var name = segment.contains(";") ? segment.substring(0, segment.indexOf(';')) : segment;
      if (name.equals("..")) segments.pollLast();
      else if (!name.isEmpty() && !name.equals(".")) segments.addLast(name);
    }
    return !segments.isEmpty()
        && ("/" + segments.getFirst().toLowerCase(Locale.ROOT)).equals(folder);
  }

  /** Percent signs decoded; what is no escape stays. */
  private static String decoded(String path) {
    if (path.indexOf('%') < 0) return path;
    var bytes = new byte[path.length()];
    int length = 0;
    for (int i = 0; i < path.length(); i++) {
      int high = i + 2 < path.length() ? Character.digit(path.charAt(i + 1), 16) : -1;
      int low = i + 2 < path.length() ? Character.digit(path.charAt(i + 2), 16) : -1;
      if (path.charAt(i) == '%' && high >= 0 && low >= 0) {
        bytes[length++] = (byte) (high << 4 | low);
        i += 2;
      } else {
        bytes[length++] = (byte) path.charAt(i);
      }
    }
    return new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
  }

  /**
   * Whether a browser that is sent to {@code to} stays on the host it is on: a path, and nothing
   * that it would take for a host name or strip.
   */
  static boolean isLocal(String to) {
    if (!to.startsWith("/") || to.startsWith("//") || to.length() > 8192) return false;
    return to.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '\\');
  }
}
