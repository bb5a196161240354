package dev.berth.gateway.statics;

import java.util.Locale;

/** How a body is written on the wire. */
public enum Encoding {
  /** As it lies in the tree. */
  PLAIN,
  GZIP,
  ZSTD;

  /** The best one that an Accept-Encoding header's value allows (RFC 9110, 12.5.3). */
  public static Encoding best(String accepted) {
    if (accepts(accepted, "zstd")) return ZSTD;
    return accepts(accepted, "gzip") ? GZIP : PLAIN;
  }

  private static boolean accepts(String accepted, String name) {
    if (!accepted.contains(name)) return false;
    for (var each : accepted.toLowerCase(Locale.ROOT).split(",", -1)) {
      var parts = each.split(";", -1);
      if (!parts[0].strip().equals(name)) continue;
      return parts.length < 2 || !parts[1].strip().matches("q=0(\\.0{0,3})?");
    }
    return false;
  }

  /** Its name in a Content-Encoding header. */
  public String token() {
    return name().toLowerCase(Locale.ROOT);
  }
}
