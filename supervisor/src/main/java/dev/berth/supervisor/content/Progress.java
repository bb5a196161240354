package dev.berth.supervisor.content;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads git's own words of how far it is. */
final class Progress {
  /** {@code Receiving objects: 42% (420/1000), 12.30 MiB | 3.10 MiB/s}, progress.c of git. */
  private static final Pattern LINE =
      Pattern.compile(
          "(?:remote: )?([A-Z][a-z]+(?: [a-z]+){0,2}):\\s+(\\d{1,3})% \\(\\d+/\\d+\\)(?:, ([0-9.]+ [KMG]?i?B|[0-9]+ bytes)(?: \\| ([0-9.]+ [KMG]?i?B/s))?)?.*");

  private Progress() {}

  /** For the start page: {@code receiving objects 42 %, 12.30 MiB at 3.10 MiB/s}. */
  static Optional<String> words(String line) {
    var match = LINE.matcher(line);
    if (!match.matches()) return Optional.empty();
    var words = "%s %s %%".formatted(match.group(1).toLowerCase(Locale.ROOT), match.group(2));
    if (match.group(3) != null) words += ", " + match.group(3);
    if (match.group(4) != null) words += " at " + match.group(4);
    return Optional.of(words);
  }
}
