package dev.berth.definition.reading;

/** A place in a text: line and column from 1, columns in code points. */
public record Place(int line, int column) {
  /** Where a text begins. */
  public static final Place START = new Place(1, 1);

  /** The place of the character at {@code index} of {@code text}. */
  public static Place at(String text, int index) {
    int line = 1;
    int start = 0;
    for (int i = 0; i < index; i++) {
      if (text.charAt(i) == '\n') {
        line++;
        start = i + 1;
      }
    }
    return new Place(line, text.codePointCount(start, index) + 1);
  }
}
