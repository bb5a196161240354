package dev.berth.definition;

/** Text from a repository, made fit to stand in a sentence. */
final class Quoted {
  /** Longer texts are cut: a finding is one line of a terminal. */
  private static final int SHOWN = 60;

  private Quoted() {}

  /** {@code text} in quotes, without anything that a terminal or a page would act on. */
  static String text(String text) {
    return '"' + printable(text) + '"';
  }

  /** The same without quotes. */
  static String printable(String text) {
    var shown = new StringBuilder();
    var points = text.codePoints().limit(SHOWN + 1L).toArray();
    for (int i = 0; i < Math.min(points.length, SHOWN); i++) {
      if (isPlain(points[i])) shown.appendCodePoint(points[i]);
      else shown.append('\uFFFD');
    }
    return points.length > SHOWN ? shown.append("...").toString() : shown.toString();
  }

  /** No control character, no line break, nothing that turns the direction of writing. */
  static boolean isPlain(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }

  /** Whether all of {@code text} is plain. */
  static boolean isPlain(String text) {
    return text.codePoints().allMatch(Quoted::isPlain);
  }
}
