package dev.berth.supervisor.boot;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Puts the values of the image's environment where a definition refers to them. */
record ContainerEnv(Map<String, String> known) {
  private static final Pattern REFERENCE =
      Pattern.compile("\\$\\{containerEnv:([A-Za-z_][A-Za-z0-9_]*)(?::([^}]*))?\\}");

  /** Longer values no process is given (Linux takes 128 KiB for one). */
  private static final int VALUE_MAX = 100_000;

  ContainerEnv {
    known = Map.copyOf(known);
  }

  Map<String, String> in(Map<String, String> variables) {
    var all = new HashMap<String, String>();
    variables.forEach((name, value) -> all.put(name, in(value)));
    return all;
  }

  private String in(String value) {
    if (!value.contains("${containerEnv:")) return value;
    var whole =
        REFERENCE
            .matcher(value)
            .replaceAll(match -> {
              var otherwise = match.group(2) == null ? "" : match.group(2);
              return Matcher.quoteReplacement(known.getOrDefault(match.group(1), otherwise));
            });
    return whole.length() > VALUE_MAX ? value : whole;
  }
}
