package dev.berth.gateway;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** An HTTP message as it came over the wire: its first line, its headers, its body. */
record Heard(String first, List<String> headers, String body) {
  int status() {
    return Integer.parseInt(first.split(" ")[1]);
  }

  Optional<String> header(String name) {
    var found = all(name);
    return found.isEmpty() ? Optional.empty() : Optional.of(found.getFirst());
  }

  List<String> all(String name) {
    var start = name.toLowerCase(Locale.ROOT) + ":";
    return headers.stream()
        .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(start))
        .map(line -> line.substring(start.length()).strip())
        .toList();
  }
}
