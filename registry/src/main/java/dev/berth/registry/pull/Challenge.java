package dev.berth.registry.pull;

import java.net.http.HttpHeaders;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** How a registry that answered 401 wants to be asked. */
sealed interface Challenge {
  /** With a token that {@code realm} gives out. */
  record Bearer(String realm, Optional<String> service) implements Challenge {}

  /** With user and password. */
  record Basic() implements Challenge {}

  /** In a way that we do not know, or it did not say. */
  record Unknown() implements Challenge {}

  Pattern PARAMETER =
      Pattern.compile("([A-Za-z_]{1,32})\\s{0,9}=\\s{0,9}(?:\"([^\"]*)\"|([^\\s,\"]+))");

  /** A header is longer than this for no honest reason. */
  int LONGEST = 8192;

  static Challenge of(HttpHeaders headers) {
    Challenge found = new Unknown();
    for (var header : headers.allValues("www-authenticate")) {
      if (header.length() > LONGEST) continue;
      var lower = header.toLowerCase(Locale.ROOT);
      if (lower.startsWith("bearer ")) {
        var bearer = bearer(parameters(header.substring("bearer ".length())));
        if (bearer.isPresent()) return bearer.get();
      } else if (lower.startsWith("basic")) {
        found = new Basic();
      }
    }
    return found;
  }

  private static Optional<Challenge> bearer(Map<String, String> parameters) {
    return Optional.ofNullable(parameters.get("realm"))
        .map(realm -> new Bearer(realm, Optional.ofNullable(parameters.get("service"))));
  }

  private static Map<String, String> parameters(String text) {
    var found = new HashMap<String, String>();
    var match = PARAMETER.matcher(text);
    while (match.find()) {
      var value = match.group(2) == null ? match.group(3) : match.group(2);
      found.putIfAbsent(match.group(1).toLowerCase(Locale.ROOT), value);
    }
    return found;
  }
}
