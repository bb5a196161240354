package dev.berth.definition.convert;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.util.List;
import java.util.Map;

/** Maps, lists, texts, numbers and truths as JSON that people read; a {@code Raw} as it is. */
final class JsonWriter {
  private final StringBuilder text = new StringBuilder();

  /** JSON that was written before. */
  record Raw(String json) {}

  static String write(Map<String, ?> fields) {
    var json = new JsonWriter();
    json.value(fields, 0);
    return json.text.append('\n').toString();
  }

  private void value(Object value, int depth) {
    switch (value) {
      case Map<?, ?> map when !map.isEmpty() -> {
        text.append('{');
        var comma = "";
        for (var field : map.entrySet()) {
          line(comma, depth + 1);
          quoted(String.valueOf(field.getKey()));
          text.append(": ");
          value(field.getValue(), depth + 1);
          comma = ",";
        }
        line("", depth);
        text.append('}');
      }
      case List<?> list when !list.isEmpty() -> {
        text.append('[');
        var comma = "";
        for (var item : list) {
          line(comma, depth + 1);
          value(item, depth + 1);
          comma = ",";
        }
        line("", depth);
        text.append(']');
      }
      case Map<?, ?> _ -> text.append("{}");
      case List<?> _ -> text.append("[]");
      case String words -> quoted(words);
      case Raw(var json) -> text.append(json);
      default -> text.append(value);
    }
  }

  private void line(String before, int depth) {
    text.append(before).append('\n').append("  ".repeat(depth));
  }

  private void quoted(String words) {
    text.append('"').append(JsonStringEncoder.getInstance().quoteAsString(words)).append('"');
  }
}
