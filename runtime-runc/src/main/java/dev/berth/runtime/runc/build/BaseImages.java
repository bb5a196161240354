package dev.berth.runtime.runc.build;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Finds the images that a Dockerfile begins with or copies from, by its own words: enough to ask
 * what they mean now. What it does not understand is no image, and the build says what is wrong.
 */
final class BaseImages {
  /** More no Dockerfile has; each is a question to a registry. */
  private static final int MOST = 32;

  private static final Pattern VARIABLE = Pattern.compile("\\$(?:(\\w+)|\\{(\\w+)(?::-([^}]*))?})");

  private final Map<String, String> given;
  private final Map<String, String> variables = new HashMap<>();
  private final Set<String> stages = new HashSet<>();
  private final Set<String> found = new LinkedHashSet<>();
  private boolean begun;

  private BaseImages(Map<String, String> given) {
    this.given = given;
  }

  /**
   * The references, in their order.
   *
   * @param args the build's arguments
   */
  static List<String> in(String dockerfile, Map<String, String> args) {
    var images = new BaseImages(args);
    var joined = dockerfile.replaceAll("\\\\[ \\t]*\\r?\\n", " ");
    joined.lines().map(String::strip).filter(line -> !line.startsWith("#")).forEach(images::line);
    return images.found.stream().limit(MOST).toList();
  }

  private void line(String line) {
    var words = new ArrayList<>(List.of(line.split("\\s+")));
    switch (words.removeFirst().toUpperCase(Locale.ROOT)) {
      case "ARG" -> words.forEach(this::argument);
      case "FROM" -> from(words);
      case "COPY" ->
          words.stream()
              .filter(word -> word.startsWith("--from="))
              .map(word -> word.substring(7))
              .filter(name -> !name.matches("\\d+"))
              .forEach(this::add);
      default -> {}
    }
  }

  /** Only those before the first FROM hold in a FROM. */
  private void argument(String word) {
    if (begun) return;
    int equals = word.indexOf('=');
    var name = equals < 0 ? word : word.substring(0, equals);
    var usual = equals < 0 ? "" : word.substring(equals + 1).replaceAll("^[\"']|[\"']$", "");
    variables.put(name, given.getOrDefault(name, expanded(usual)));
  }

  private void from(List<String> words) {
    begun = true;
    var names = words.stream().filter(word -> !word.startsWith("--")).toList();
    if (names.isEmpty()) return;
    add(expanded(names.getFirst()));
    if (names.size() == 3 && names.get(1).equalsIgnoreCase("as")) {
      stages.add(names.get(2).toLowerCase(Locale.ROOT));
    }
  }

  private void add(String name) {
    if (name.equals("scratch") || stages.contains(name.toLowerCase(Locale.ROOT))) return;
    found.add(name);
  }

  private String expanded(String text) {
    return VARIABLE
        .matcher(text)
        .replaceAll(match -> {
          var name = match.group(1) == null ? match.group(2) : match.group(1);
          var value = variables.getOrDefault(name, "");
          var otherwise = match.group(3) == null ? "" : match.group(3);
          return java.util.regex.Matcher.quoteReplacement(value.isEmpty() ? otherwise : value);
        });
  }
}
