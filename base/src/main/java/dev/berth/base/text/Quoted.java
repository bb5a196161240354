package dev.berth.base.text;

/** Text from outside, made fit to stand in a sentence, a log line or a terminal. */
public final class Quoted {
  /** Longer texts are cut: a message is one line of a terminal. */
  private static final int SHOWN = 60;

  private Quoted() {}

  /** The beginning of {@code text} in quotes, without anything that a terminal would act on. */
  public static String text(String text) {
    return '"' + printable(text, SHOWN) + '"';
  }

  /** The same without quotes. */
  public static String printable(String text) {
    return printable(text, SHOWN);
  }

  /** The first {@code most} characters, each one that is not plain replaced. */
  public static String printable(String text, int most) {
    var shown = new StringBuilder();
    int at = 0;
    for (int count = 0; count < most && at < text.length(); count++) {
      int point = text.codePointAt(at);
      at += Character.charCount(point);
      shown.appendCodePoint(isPlain(point) ? point : '\uFFFD');
    }
    return at < text.length() ? shown.append("...").toString() : shown.toString();
  }

  /** No control character, no line break, nothing that turns the direction of writing. */
  public static boolean isPlain(int codePoint) {
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
  public static boolean isPlain(String text) {
    return text.codePoints().allMatch(Quoted::isPlain);
  }
}
