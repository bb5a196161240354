package dev.berth.control.source;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/** Text as it stands in a URL. */
final class Encoded {
  /** What RFC 3986 lets stand in a path's part, without ' which shells know. */
  private static final String FREE =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~!$&()*+,;=:@";

  private Encoded() {}

  static String path(List<String> parts) {
    return parts.stream().map(Encoded::text).collect(Collectors.joining("/"));
  }

  static String text(String text) {
    var encoded = new StringBuilder();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      if (FREE.indexOf(b) >= 0) encoded.append((char) b);
      else encoded.append("%%%02X".formatted(b));
    }
    return encoded.toString();
  }
}
