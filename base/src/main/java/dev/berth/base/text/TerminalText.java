package dev.berth.base.text;

import java.util.regex.Pattern;

/** What a stranger's program printed, made fit for one's own terminal: text and its colours. */
public final class TerminalText {
  /** The colours of real programs take some twenty characters. */
  private static final Pattern COLOUR = Pattern.compile("\u001b\\[[0-9;:]{0,64}+m");

  /**
   * Sequences that are left out with what they carry; of any other, the escape alone. What ends a
   * title or a link may be missing, so they end at a line's end too.
   */
  private static final Pattern SEQUENCE =
      Pattern.compile(
          "\u001b\\[[0-?]*+[ -/]*+[@-~]"
              + "|\u001b[\\]PX^_][^\u0007\u001b\n]*+(?:\u0007|\u001b\\\\)?"
              + "|\u001b[ -/]*+[0-OQ-WYZ\\\\`-~]");

  private static final Pattern WRITTEN_OVER = Pattern.compile("[^\r\n]*+\r");

  private TerminalText() {}

  /**
   * {@code printed} in one pass, so that no sequence is made by what is left out of another: text,
   * line ends, tabs and whole colour sequences stay, all else goes. May be given in pieces; a
   * sequence that is cut by them goes too.
   */
  public static String of(String printed) {
    var shown = new StringBuilder(printed.length());
    var colour = COLOUR.matcher(printed);
    var sequence = SEQUENCE.matcher(printed);
    int at = 0;
    while (at < printed.length()) {
      int point = printed.codePointAt(at);
      if (point != 0x1b) {
        if (isText(point)) shown.appendCodePoint(point);
        at += Character.charCount(point);
      } else if (colour.region(at, printed.length()).lookingAt()) {
        shown.append(printed, at, colour.end());
        at = colour.end();
      } else {
        at = sequence.region(at, printed.length()).lookingAt() ? sequence.end() : at + 1;
      }
    }
    return shown.toString();
  }

  /** The same with the last of what a line showed: bars of progress write over themselves. */
  public static String settled(String printed) {
    return of(WRITTEN_OVER.matcher(printed.replaceAll("\r++\n", "\n")).replaceAll(""));
  }

  /** The same without colours, for what is no terminal. */
  public static String plain(String printed) {
    return COLOUR.matcher(settled(printed)).replaceAll("");
  }

  /** No control character but two, and nothing that turns the direction of writing. */
  private static boolean isText(int codePoint) {
    if (codePoint == '\n' || codePoint == '\t') return true;
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true; // letters of fonts too, which prompts draw with
    };
  }
}
