package dev.berth.definition.reading;

import dev.berth.base.text.Quoted;
import dev.berth.definition.reading.Value.Scalar;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads mappings of environment variables; what is no text is set as its JSON. */
public final class Variables {
  // gitpod-classic 3.4: names, lengths
  private static final Pattern NAME = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]{0,254}");
  private static final int MOST_VALUE = 32767;
  private static final int MOST = 1000;

  /** All values together, in characters: Linux takes arguments and environment of 2 MiB. */
  private static final int MOST_TOGETHER = 1 << 20;

  private final Findings findings;
  private int together;

  /** Bounded together: one for a file. */
  public Variables(Findings findings) {
    this.findings = findings;
  }

  /** The mapping called {@code name}. */
  public Map<String, String> read(Section section, String name) {
    var variables = new LinkedHashMap<String, String>();
    section
        .map(name, MOST)
        .forEach((variable, field) -> {
          if (isFree(variable, field.name())) {
            value(section, field.value()).ifPresent(text -> variables.put(variable, text));
          }
        });
    return variables;
  }

  private boolean isFree(String name, Place place) {
    if (!NAME.matcher(name).matches()) {
      findings.error(
          place,
          "%s cannot be the name of a variable; it is not set.".formatted(Quoted.text(name)),
          "Use letters, digits and _, at most 255, no digit first.");
      return false;
    }
    if (name.startsWith("GITPOD_") || name.startsWith("BERTH_")) {
      findings.error(
          place,
          "The name %s is reserved; it is not set.".formatted(Quoted.text(name)),
          "Choose one that does not begin with GITPOD_ or BERTH_.");
      return false;
    }
    return true;
  }

  private Optional<String> value(Section section, Value value) {
    Optional<String> text;
    if (value instanceof Scalar scalar && scalar.type() == Value.Type.TEXT) {
      text = section.fits(scalar, MOST_VALUE) ? Optional.of(scalar.text()) : Optional.empty();
    } else {
      text = JsonText.of(value, MOST_VALUE);
      if (text.isEmpty()) {
        findings.error(
            value.place(),
            "This value is nested too deep or its JSON is longer than %d characters; it is not set."
                .formatted(MOST_VALUE),
            "Write less, or a file of the repository.");
      }
    }
    together += text.map(String::length).orElse(0);
    if (together <= MOST_TOGETHER) return text;
    findings.error(
        value.place(),
        "All variables together are longer than 1 MiB; this one is not set.",
        "Write less, or files of the repository.");
    return Optional.empty();
  }
}
