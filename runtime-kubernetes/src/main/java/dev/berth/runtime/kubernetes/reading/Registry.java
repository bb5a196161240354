package dev.berth.runtime.kubernetes.reading;

import java.util.List;
import java.util.Locale;

/** What nodes say of a pull that failed. */
final class Registry {
  /** The words of containerd and CRI-O for an answer that stays the same when asked again. */
  private static final List<String> NO =
      List.of(
          "not found",
          "manifest unknown",
          "name unknown",
          "unauthorized",
          "authorization failed",
          "authentication required",
          "forbidden",
          "access denied",
          "access to the resource is denied",
          "no match for platform",
          "no matching manifest",
          "unsupported media type",
          "invalid reference format");

  private Registry() {}

  /** Whether the registry answered, and said no. */
  static boolean refuses(String said) {
    var small = said.toLowerCase(Locale.ROOT);
    return NO.stream().anyMatch(small::contains);
  }
}
