package dev.berth.definition.convert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.definition.reading.Findings;
import dev.berth.definition.reading.JsoncText;
import dev.berth.definition.reading.Value;
import dev.berth.definition.reading.YamlText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is written is read as it was, whatever it was. */
class WriterPropertiesTest {
  private static final List<String> TEXTS =
      List.of(
          "",
          " ",
          "a",
          "true",
          "no",
          "on",
          "null",
          "~",
          "1",
          "-1",
          "1.5",
          "0x1f",
          "1e3",
          "22:30",
          "a: b",
          "a:b",
          "a #b",
          "#a",
          "- a",
          "-",
          "?",
          "*a",
          "&a",
          "!a",
          "|",
          ">",
          "%a",
          "@a",
          "`a`",
          "{a}",
          "[a]",
          "'a'",
          "\"a\"",
          "a\\b",
          "a\nb",
          "a\nb\n",
          "a\n\nb\n\n",
          " a\nb",
          "a\n  b\nc",
          "a\n \nb",
          "\n",
          "\na",
          "a\tb",
          "a\r\nb",
          "é😀",
          "\u0007",
          "\u2028",
          "=",
          "<<",
          "---",
          "...",
          "a, b",
          ".inf",
          "yes\nno",
          "x".repeat(300),
          "for a in b; do\n  echo \"$a\"\ndone\n",
          "2024-01-01");

  static IntStream seeds() {
    return IntStream.range(0, 300);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void yaml_is_read_as_it_was_written(int seed) {
    var fields = fields(new Random(seed), 0);
    var text = YamlWriter.write(fields);
    var findings = new Findings("x");

    var read = YamlText.read(text.getBytes(StandardCharsets.UTF_8), findings);

    assertThat(findings.inOrder()).as(text).isEmpty();
    assertThat(plain(read.orElseThrow())).as(text).isEqualTo(fields);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void json_is_read_as_it_was_written(int seed) {
    var fields = fields(new Random(seed), 0);
    var text = JsonWriter.write(fields);
    var findings = new Findings("x");

    var read = JsoncText.read(text.getBytes(StandardCharsets.UTF_8), findings);

    assertThat(findings.inOrder()).as(text).isEmpty();
    assertThat(plain(read.orElseThrow())).as(text).isEqualTo(fields);
  }

  private static Map<String, Object> fields(RandomGenerator random, int depth) {
    var fields = new LinkedHashMap<String, Object>();
    for (int i = random.nextInt(1, 6); i > 0; i--) {
      fields.put(text(random) + i, value(random, depth + 1));
    }
    return fields;
  }

  private static Object value(RandomGenerator random, int depth) {
    return switch (random.nextInt(depth > 4 ? 3 : 6)) {
      case 0 -> (long) random.nextInt(-100, 70_000);
      case 1 -> random.nextBoolean();
      case 2, 3 -> text(random);
      case 4 -> fields(random, depth);
      default -> {
        var items = new ArrayList<Object>();
        for (int i = random.nextInt(4); i > 0; i--) items.add(value(random, depth + 1));
        yield items;
      }
    };
  }

  private static String text(RandomGenerator random) {
    return TEXTS.get(random.nextInt(TEXTS.size()));
  }

  private static Object plain(Value value) {
    return switch (value) {
      case Value.Scalar(_, var type, var text) ->
          switch (type) {
            case TEXT, DECIMAL, NOTHING -> text;
            case INTEGER -> Long.parseLong(text);
            case BOOLEAN -> Boolean.parseBoolean(text);
          };
      case Value.Items(_, var items) -> items.stream().map(WriterPropertiesTest::plain).toList();
      case Value.Fields(_, var fields) -> {
        var map = new LinkedHashMap<String, Object>();
        fields.forEach((name, field) -> map.put(name, plain(field.value())));
        yield map;
      }
    };
  }
}
