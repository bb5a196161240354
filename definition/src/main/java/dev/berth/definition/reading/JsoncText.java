package dev.berth.definition.reading;

import dev.berth.base.text.Quoted;
import dev.berth.definition.reading.Value.Field;
import dev.berth.definition.reading.Value.Fields;
import dev.berth.definition.reading.Value.Items;
import dev.berth.definition.reading.Value.Scalar;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * JSON with comments of an untrusted author to {@link Value}s: {@code //} and {@code /* *}{@code /}
 * stand where a space may, and a comma may follow the last value. The first mistake in its grammar
 * ends the reading, so that nobody works with half of a file.
 */
public final class JsoncText {
  private static final Pattern NUMBER =
      Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][-+]?[0-9]+)?");

  /** What a mistake ends the reading with; it was told where it was found. */
  private static final class Broken extends RuntimeException {
    private static final long serialVersionUID = 1;

    Broken() {
      super(null, null, false, false); // goes up as many levels as the text is deep, and no further
    }
  }

  private final String text;
  private final Findings findings;
  private int at;
  private int line = 1;
  private int column = 1;
  private int counted;
  private int values;

  private JsoncText(String text, Findings findings) {
    this.text = text;
    this.findings = findings;
  }

  /** The one value of {@code bytes}; empty where there is none or it cannot be read. */
  public static Optional<Value> read(byte[] bytes, Findings findings) {
    if (Utf8.isTooLarge(bytes, findings)) return Optional.empty();
    var json = new JsoncText(Utf8.decoded(bytes, findings), findings);
    try {
      return json.document();
    } catch (Broken _) {
      return Optional.empty();
    }
  }

  private Optional<Value> document() {
    skip();
    if (at == text.length()) return Optional.empty();
    var value = value(0);
    skip();
    if (at < text.length()) {
      throw broken(
          place(), "Something stands behind the end of the value.", "Remove it, or a } too many.");
    }
    return Optional.of(value);
  }

  private Value value(int depth) {
    if (depth > Utf8.MOST_DEEP) {
      throw broken(
          place(),
          "This JSON is nested deeper than %d levels.".formatted(Utf8.MOST_DEEP),
          "Write it flatter.");
    }
    if (++values > Utf8.MOST_VALUES) {
      throw broken(
          place(),
          "This JSON has more than %d values.".formatted(Utf8.MOST_VALUES),
          "Write fewer.");
    }
    var place = place();
    return switch (peek()) {
      case '{' -> fields(place, depth);
      case '[' -> items(place, depth);
      case '"' -> new Scalar(place, Value.Type.TEXT, string());
      default -> word(place);
    };
  }

  private Value fields(Place place, int depth) {
    var fields = new LinkedHashMap<String, Field>();
    at++;
    while (true) {
      skip();
      if (peek() == '}') break;
      var name = place();
      if (peek() != '"') throw unexpected("a name in double quotes is wanted here");
      var key = string();
      skip();
      if (peek() != ':') throw unexpected("a colon is wanted behind a name");
      at++;
      skip();
      var value = value(depth + 1);
      var before = fields.put(key, new Field(name, value));
      if (before != null) {
        findings.error(
            name,
            "%s stands here a second time, after line %d; this one counts."
                .formatted(Quoted.text(key), before.name().line()),
            "Keep one of them.");
      }
      if (!comma('}')) break;
    }
    at++;
    return new Fields(place, fields);
  }

  private Value items(Place place, int depth) {
    var values = new ArrayList<Value>();
    at++;
    while (true) {
      skip();
      if (peek() == ']') break;
      values.add(value(depth + 1));
      if (!comma(']')) break;
    }
    at++;
    return new Items(place, values);
  }

  /** Whether another value may follow. */
  private boolean comma(char end) {
    skip();
    if (peek() == end) return false;
    if (peek() != ',') throw unexpected("a comma or %c is wanted here".formatted(end));
    at++;
    return true;
  }

  private Scalar word(Place place) {
    int start = at;
    while (at < text.length() && isOfWord(text.charAt(at))) at++;
    var word = text.substring(start, at);
    var type =
        switch (word) {
          case "true", "false" -> Optional.of(Value.Type.BOOLEAN);
          case "null" -> Optional.of(Value.Type.NOTHING);
          default -> number(word);
        };
    if (type.isPresent()) return new Scalar(place, type.get(), word);
    at = start;
    throw unexpected("a value is wanted here");
  }

  private static Optional<Value.Type> number(String word) {
    var number = NUMBER.matcher(word);
    if (!number.matches()) return Optional.empty();
    boolean whole = number.group(2) == null && number.group(3) == null;
    return Optional.of(whole ? Value.Type.INTEGER : Value.Type.DECIMAL);
  }

  private static boolean isOfWord(char letter) {
    return Character.isLetterOrDigit(letter) || letter == '-' || letter == '+' || letter == '.';
  }

  private String string() {
    var start = place();
    var string = new StringBuilder();
    at++;
    while (true) {
      if (at == text.length()) {
        throw broken(start, "This text has no end.", "Close it with a double quote.");
      }
      char letter = text.charAt(at);
      if (letter == '"') break;
      if (letter == '\n' || letter == '\r') {
        throw broken(
            start,
            "This text is not closed on its line.",
            "Close it, or write \\n for a new line.");
      }
      if (letter == '\\') {
        escape(string);
      } else {
        if (letter < ' ') {
          findings.error(
              place(),
              "The control character U+%04X stands in a text.".formatted((int) letter),
              "Write it as an escape, for example \\t.");
        }
        string.append(letter);
        at++;
      }
    }
    at++;
    return string.toString();
  }

  private void escape(StringBuilder string) {
    var place = place();
    char letter = at + 1 < text.length() ? text.charAt(at + 1) : ' ';
    at += 2;
    switch (letter) {
      case '"', '\\', '/' -> string.append(letter);
      case 'b' -> string.append('\b');
      case 'f' -> string.append('\f');
      case 'n' -> string.append('\n');
      case 'r' -> string.append('\r');
      case 't' -> string.append('\t');
      case 'u' -> {
        int end = Math.min(at + 4, text.length());
        var digits = text.substring(at, end);
        if (!digits.matches("[0-9a-fA-F]{4}")) {
          throw broken(
              place, "Behind \\u stand four hexadecimal digits.", "Write it like \\u00e9.");
        }
        string.append((char) Integer.parseInt(digits, 16));
        at = end;
      }
      default ->
          throw broken(
              place,
              "The escape \\%s does not exist.".formatted(Quoted.printable("" + letter)),
              "Write \\\\ for a backslash.");
    }
  }

  /** Goes over spaces and comments. */
  private void skip() {
    while (at < text.length()) {
      char letter = text.charAt(at);
      if (letter == ' ' || letter == '\t' || letter == '\n' || letter == '\r') at++;
      else if (text.startsWith("//", at)) at = lineEnd();
      else if (text.startsWith("/*", at)) at = commentEnd();
      else return;
    }
  }

  private int lineEnd() {
    int end = text.indexOf('\n', at);
    return end < 0 ? text.length() : end;
  }

  private int commentEnd() {
    int end = text.indexOf("*/", at + 2);
    if (end < 0) throw broken(place(), "This comment has no end.", "Close it with */.");
    return end + 2;
  }

  private char peek() {
    return at < text.length() ? text.charAt(at) : '\0';
  }

  private Broken unexpected(String wanted) {
    if (at == text.length()) {
      return broken(
          place(),
          "This is no JSON: %s, and the file ends.".formatted(wanted),
          "Close what is open.");
    }
    int point = text.codePointAt(at);
    return broken(
        place(),
        "This is no JSON: %s, and %s stands there."
            .formatted(wanted, Quoted.text(Character.toString(point))),
        "Check the quotes, commas and brackets there and in the line above.");
  }

  private Broken broken(Place place, String what, String remedy) {
    findings.error(place, what, remedy);
    return new Broken();
  }

  /** Asked for in the text's order: each letter is counted once, however long its line is. */
  private Place place() {
    for (; counted < at; counted++) {
      char letter = text.charAt(counted);
      if (letter == '\n') {
        line++;
        column = 1;
      } else if (!Character.isLowSurrogate(letter)) {
        column++;
      }
    }
    return new Place(line, column);
  }
}
