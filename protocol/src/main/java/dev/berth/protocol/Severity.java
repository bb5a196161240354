package dev.berth.protocol;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.berth.base.Problem;
import dev.berth.base.text.Quoted;
import java.util.Locale;

/** How much something matters that was found in a definition. */
public enum Severity {
  /** What stands there is not done. */
  ERROR,
  /** It is done, or was never worth doing; it should be written in another way. */
  WARNING;

  /** As people and programs read it: {@code error}. */
  @JsonValue
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The one whose word this is. */
  public static Severity of(String word) {
    for (var each : values()) {
      if (each.word().equals(word)) return each;
    }
    throw new Problem.Invalid(
        "%s is no severity.".formatted(Quoted.text(word)), "Write error or warning.");
  }
}
