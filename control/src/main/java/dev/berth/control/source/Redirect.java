package dev.berth.control.source;

import dev.berth.base.Problem;
import dev.berth.control.source.ContextUrl.Repository.Remote;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;

/** The place that a host sends on to: another one, to be checked as the first was. */
final class Redirect {
  private static final String ASKED = "/info/refs";

  private Redirect() {}

  /** Empty where {@code location} is no repository or less safe than {@code from}. */
  static Optional<Remote> follow(Remote from, Optional<String> location) {
    if (location.isEmpty()) return Optional.empty();
    try {
      var to = URI.create(from.origin() + "/").resolve(location.get());
      var path = to.getRawPath();
      var scheme = String.valueOf(to.getScheme()).toLowerCase(Locale.ROOT);
      boolean safe = scheme.equals("https") || from.origin().startsWith("http:");
      if (!safe || to.getRawUserInfo() != null || path == null || to.getHost() == null) {
        return Optional.empty();
      }
      if (!path.endsWith(ASKED)) return Optional.empty(); // to a page to sign in, for example
      var url =
          scheme + "://" + to.getRawAuthority() + path.substring(0, path.length() - ASKED.length());
      return ContextUrl.parse(url).repository()
              instanceof Remote(var origin, var host, int port, var parts, _)
          ? Optional.of(new Remote(origin, host, port, parts, from.fromSsh()))
          : Optional.empty();
    } catch (IllegalArgumentException | Problem.Invalid e) {
      return Optional.empty();
    }
  }
}
