package dev.berth.definition.convert;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Maps, lists, texts, numbers and truths as YAML in blocks. A text that could be taken for anything
 * else is quoted; one of several lines stands as it is where that changes nothing of it.
 */
final class YamlWriter {
  /** What is a text for YAML 1.1 and 1.2 alike without quotes. */
  private static final Pattern PLAIN =
      Pattern.compile("[A-Za-z./][A-Za-z0-9_./@+-]*(?:[ :=,][A-Za-z0-9_./@+=-]+)*");

  private static final Pattern OTHER_THAN_TEXT =
      Pattern.compile("(?i)true|false|yes|no|on|off|y|n|null|\\.inf|\\.nan|.*: .*|.*\\d:\\d.*");

  private final StringBuilder text = new StringBuilder();

  static String write(Map<String, ?> fields) {
    var yaml = new YamlWriter();
    yaml.fields(fields, 0, false);
    return yaml.text.toString();
  }

  private void fields(Map<?, ?> fields, int depth, boolean firstIsPlaced) {
    boolean placed = firstIsPlaced;
    for (var field : fields.entrySet()) {
      if (!placed) indent(depth);
      placed = false;
      text.append(scalar(String.valueOf(field.getKey()))).append(':');
      value(field.getValue(), depth + 1);
    }
  }

  private void value(Object value, int depth) {
    switch (value) {
      case Map<?, ?> map when !map.isEmpty() -> {
        text.append('\n');
        fields(map, depth, false);
      }
      case List<?> list when !list.isEmpty() -> {
        text.append('\n');
        for (var item : list) {
          indent(depth);
          text.append('-');
          if (item instanceof Map<?, ?> map && !map.isEmpty()) {
            text.append(' ');
            fields(map, depth + 1, true);
          } else {
            value(item, depth + 1);
          }
        }
      }
      case Map<?, ?> _ -> text.append(" {}\n");
      case List<?> _ -> text.append(" []\n");
      case String words when isBlock(words) -> block(words, depth);
      case String words -> text.append(' ').append(scalar(words)).append('\n');
      default -> text.append(' ').append(value).append('\n');
    }
  }

  /** Lines as they are, which no quote and no escape makes harder to read. */
  private static boolean isBlock(String words) {
    return words.indexOf('\n') > 0
        && !words.startsWith(" ")
        && !words.endsWith("\n\n")
        && words.chars().allMatch(letter -> letter == '\n' || (letter >= ' ' && letter < 0x7f))
        && words.lines().noneMatch(line -> !line.isEmpty() && line.isBlank());
  }

  private void block(String words, int depth) {
    text.append(words.endsWith("\n") ? " |\n" : " |-\n");
    words
        .lines()
        .forEach(line -> {
          if (!line.isEmpty()) {
            indent(depth);
            text.append(line);
          }
          text.append('\n');
        });
  }

  private static String scalar(String words) {
    boolean plain =
        words.length() < 200
            && PLAIN.matcher(words).matches()
            && !OTHER_THAN_TEXT.matcher(words).matches();
    if (plain) return words;
    var quoted = new StringBuilder("\"");
    new String(JsonStringEncoder.getInstance().quoteAsString(words))
        .codePoints()
        .forEach(letter -> {
          // YAML takes some for line breaks, and others for no letters at all.
          if (letter < 0x7f) quoted.appendCodePoint(letter);
          else if (letter <= 0xffff) quoted.append("\\u%04x".formatted(letter));
          else quoted.append("\\U%08x".formatted(letter));
        });
    return quoted.append('"').toString();
  }

  private void indent(int depth) {
    text.append("  ".repeat(depth));
  }
}
