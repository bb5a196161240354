package dev.berth.snapshots.format;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.berth.base.Problem;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** A save and, when it has come to its end, its snapshot. Sorts by the time it began. */
public record SaveId(@JsonValue String text) implements Comparable<SaveId> {
  private static final Pattern FORM = Pattern.compile("[0-9]{8}t[0-9]{9}z-[0-9a-f]{16}");
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd't'HHmmssSSS'z'", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final SecureRandom RANDOM = new SecureRandom();

  @JsonCreator
  public SaveId {
    if (!FORM.matcher(text).matches()) {
      throw new Problem.Invalid(
          "That is no snapshot's id.", "Take one that a list of snapshots shows.");
    }
  }

  /** The id that {@code text} is, if it can be one. */
  public static Optional<SaveId> parse(String text) {
    return FORM.matcher(text).matches() ? Optional.of(new SaveId(text)) : Optional.empty();
  }

  public static SaveId at(Instant began) {
    return new SaveId(TIME.format(began) + "-" + HexFormat.of().toHexDigits(RANDOM.nextLong()));
  }

  /** When it began, by the clock of who saved. */
  public Instant began() {
    return TIME.parse(text.substring(0, text.indexOf('-')), Instant::from);
  }

  @Override
  public int compareTo(SaveId other) {
    return text.compareTo(other.text);
  }

  @Override
  public String toString() {
    return text;
  }
}
