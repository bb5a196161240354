package dev.berth.supervisor.gp;

import dev.berth.base.Problem;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Pattern;

/** Amounts in words that people read and write. */
final class Amounts {
  /** As the older command's: 30m, 1h, 1h30m. */
  private static final Pattern DURATION = Pattern.compile("(?:\\d{1,9}(?:ms|us|µs|ns|s|m|h))+");

  private static final Pattern PART = Pattern.compile("(\\d+)(ms|us|µs|ns|s|m|h)");

  private Amounts() {}

  static String cores(int millis) {
    return millis % 1000 == 0
        ? "" + millis / 1000
        : String.format(Locale.ROOT, "%.1f", millis / 1000.0);
  }

  static String bytes(long bytes) {
    if (bytes < 1 << 20) return bytes / 1024 + " KiB";
    if (bytes < 1 << 30) return (bytes >> 20) + " MiB";
    return String.format(Locale.ROOT, "%.1f GiB", bytes / (double) (1 << 30)).replace(".0 ", " ");
  }

  /** 1h30m and the like. */
  static String duration(Duration time) {
    var words = new StringBuilder();
    if (time.toHours() > 0) words.append(time.toHours()).append('h');
    if (time.toMinutesPart() > 0) words.append(time.toMinutesPart()).append('m');
    if (time.toSecondsPart() > 0 || words.isEmpty()) words.append(time.toSecondsPart()).append('s');
    return words.toString();
  }

  static Duration duration(String text) {
    if (!DURATION.matcher(text).matches()) {
      throw new Problem.Invalid(
          "\"%s\" is no length of time.".formatted(text), "Write it like 30m, 1h or 1h30m.");
    }
    var sum = Duration.ZERO;
    var parts = PART.matcher(text);
    while (parts.find()) {
      long number = Long.parseLong(parts.group(1));
      sum =
          sum.plus(
              switch (parts.group(2)) {
                case "h" -> Duration.ofHours(number);
                case "m" -> Duration.ofMinutes(number);
                case "s" -> Duration.ofSeconds(number);
                case "ms" -> Duration.ofMillis(number);
                case "ns" -> Duration.ofNanos(number);
                default -> Duration.ofNanos(number * 1000);
              });
    }
    return sum;
  }
}
