package dev.berth.supervisor.ide;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What an editor's {@code {name}}s stand for at this start. */
record Placeholders(Map<String, String> known) {
  private static final Pattern NAME = Pattern.compile("\\{([a-zA-Z]+)}");

  Placeholders {
    known = Map.copyOf(known);
  }

  /** The text with all of them replaced; empty where one is not known. */
  Optional<String> fill(String text) {
    var filled = new StringBuilder();
    var match = NAME.matcher(text);
    while (match.find()) {
      var value = known.get(match.group(1));
      if (value == null) return Optional.empty();
      match.appendReplacement(filled, Matcher.quoteReplacement(value));
    }
    return Optional.of(match.appendTail(filled).toString());
  }

  /** The arguments without those that cannot be filled. */
  List<String> fill(List<String> arguments) {
    return arguments.stream().flatMap(argument -> fill(argument).stream()).toList();
  }
}
