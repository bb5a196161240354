package dev.berth.definition.compose;

import dev.berth.base.text.Quoted;
import dev.berth.definition.reading.Findings;
import dev.berth.definition.reading.Place;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Puts values for {@code ${NAME:-default}}: there is nothing but the default. */
record Expansion(Findings findings) {
  private static final Pattern VARIABLE =
      Pattern.compile("\\$(?:(\\$)|([A-Za-z_]\\w*)|\\{([A-Za-z_]\\w*)(?::?([-+?])([^}]*))?})");

  String of(String text, Place place) {
    if (text.indexOf('$') < 0) return text;
    return VARIABLE
        .matcher(text)
        .replaceAll(match -> Matcher.quoteReplacement(value(match::group, place)));
  }

  private interface Groups {
    @SuppressWarnings("NullAway") // a group that matched nothing is null
    String get(int number);
  }

  private String value(Groups groups, Place place) {
    if (group(groups, 1).isPresent()) return "$";
    boolean hasDefault = group(groups, 4).filter("-"::equals).isPresent();
    if (hasDefault) return group(groups, 5).orElse("");
    if (group(groups, 4).filter("+"::equals).isPresent()) return "";
    var name = group(groups, 2).or(() -> group(groups, 3)).orElse("");
    findings.warning(
        place,
        "%s is empty: no machine of a user's stands behind a workspace."
            .formatted(Quoted.text("${" + name + "}")),
        "Give a default: ${%s:-value}.".formatted(name));
    return "";
  }

  private static Optional<String> group(Groups groups, int number) {
    return Optional.ofNullable(groups.get(number));
  }
}
