package dev.berth.cli.install;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A length of time on the command line: 90s, 10m, or ISO-8601. */
final class PatienceForm implements ITypeConverter<Duration> {
  @Override
  public Duration convert(String text) {
    try {
      if (text.matches("[0-9]{1,6}s")) return Duration.ofSeconds(number(text));
      if (text.matches("[0-9]{1,6}m")) return Duration.ofMinutes(number(text));
      return Duration.parse(text);
    } catch (DateTimeParseException e) {
      throw new TypeConversionException("must be a time such as 90s or 10m");
    }
  }

  private static long number(String text) {
    return Long.parseLong(text.substring(0, text.length() - 1));
  }
}
