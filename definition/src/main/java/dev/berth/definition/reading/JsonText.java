package dev.berth.definition.reading;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.berth.definition.reading.Value.Fields;
import dev.berth.definition.reading.Value.Items;
import dev.berth.definition.reading.Value.Scalar;
import java.math.BigInteger;
import java.util.Locale;
import java.util.Optional;

/** The JSON of a value, as JavaScript's JSON.stringify writes it. */
public final class JsonText {
  private final StringBuilder json = new StringBuilder();
  private final int most;

  private JsonText(int most) {
    this.most = most;
  }

  /** Empty where the JSON is longer than {@code most} or nested deeper than a YAML text may be. */
  public static Optional<String> of(Value value, int most) {
    var text = new JsonText(most);
    return text.write(value, 0) ? Optional.of(text.json.toString()) : Optional.empty();
  }

  /** False as soon as there is too much: shared values would unfold without end. */
  private boolean write(Value value, int depth) {
    if (depth > Utf8.MOST_DEEP) return false;
    var whole =
        switch (value) {
          case Scalar scalar -> scalar(scalar);
          case Items(_, var values) -> {
            json.append('[');
            boolean fits = true;
            for (var item : values) {
              if (json.charAt(json.length() - 1) != '[') json.append(',');
              fits = fits && write(item, depth + 1);
              if (!fits) break;
            }
            json.append(']');
            yield fits;
          }
          case Fields(_, var fields) -> {
            json.append('{');
            boolean fits = true;
            for (var field : fields.entrySet()) {
              if (json.charAt(json.length() - 1) != '{') json.append(',');
              quoted(field.getKey());
              json.append(':');
              fits = fits && write(field.getValue().value(), depth + 1);
              if (!fits) break;
            }
            json.append('}');
            yield fits;
          }
        };
    return whole && json.length() <= most;
  }

  private boolean scalar(Scalar scalar) {
    switch (scalar.type()) {
      case TEXT -> quoted(scalar.text());
      case NOTHING -> json.append("null");
      case BOOLEAN -> json.append(scalar.text().toLowerCase(Locale.ROOT));
      case INTEGER -> json.append(integer(scalar.text()));
      case DECIMAL -> json.append(decimal(scalar.text()));
    }
    return json.length() <= most;
  }

  private void quoted(String text) {
    json.append('"');
    JsonStringEncoder.getInstance().quoteAsString(text, json);
    json.append('"');
  }

  private static String integer(String text) {
    if (text.length() > 40) return "null"; // only by a type tag; nobody can count with it
    if (text.startsWith("0x")) return new BigInteger(text.substring(2), 16).toString();
    if (text.startsWith("0o")) return new BigInteger(text.substring(2), 8).toString();
    return new BigInteger(text).toString();
  }

  private static String decimal(String text) {
    var word = text.toLowerCase(Locale.ROOT);
    if (word.endsWith(".inf") || word.equals(".nan") || text.length() > 40) return "null";
    double number = Double.parseDouble(text);
    if (Double.isInfinite(number)) return "null";
    // Below 2^53 whole numbers are exact, and JavaScript writes them without ".0".
    return number == Math.rint(number) && Math.abs(number) < 0x1p53
        ? Long.toString((long) number)
        : Double.toString(number);
  }
}
