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
    var references = REFERENCE.matcher(value);
    var whole = new StringBuilder();
    while (references.find()) {
      var otherwise = references.group(2) == null ? "" : references.group(2);
      var known = this.known.getOrDefault(references.group(1), otherwise);
      references.appendReplacement(whole, Matcher.quoteReplacement(known));
      if (whole.length() > VALUE_MAX) return value;
    }
    return references.appendTail(whole).toString();
  }
}
