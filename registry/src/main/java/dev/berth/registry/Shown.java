package dev.berth.registry;

/** Text from outside as it may stand in a message: on one line, printable, and short. */
final class Shown {
  /** Enough to recognise a mistyped name by. */
  private static final int LONGEST = 120;

  private Shown() {}

  static String cut(String text) {
    var shown = new StringBuilder();
    text.codePoints()
        .limit(LONGEST)
        .map(c -> Character.isISOControl(c) || !Character.isDefined(c) ? '?' : c)
        .forEach(shown::appendCodePoint);
    return text.length() > LONGEST ? shown + "..." : shown.toString();
  }
}
