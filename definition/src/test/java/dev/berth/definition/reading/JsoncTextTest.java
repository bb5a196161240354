package dev.berth.definition.reading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.berth.definition.Finding;
import dev.berth.definition.reading.Value.Fields;
import dev.berth.definition.reading.Value.Scalar;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsoncTextTest {
  private final Findings findings = new Findings("devcontainer.json");

  @Test
  void comments_and_last_commas_are_read_over() {
    var value =
        read(
            """
            // at the head
            {
              /* before */ "a": 1, // behind
              "b": [true, null, "x//y", ],
              /* "c": 2, */
            }
            // at the end\
            """);

    assertThat(JsonText.of(value.orElseThrow(), 1000))
        .contains("{\"a\":1,\"b\":[true,null,\"x//y\"]}");
    assertThat(findings.inOrder()).isEmpty();
  }

  @Test
  void each_value_knows_its_line_and_column_in_characters() {
    var fields = (Fields) read("{\n \"ü😀\": \"x\",\r\n\t\"b\" : [1]}").orElseThrow();

    assertThat(fields.fields().values())
        .extracting(Value.Field::name, field -> field.value().place())
        .containsExactly(
            tuple(new Place(2, 2), new Place(2, 8)), tuple(new Place(3, 2), new Place(3, 8)));
  }

  @Test
  void escapes_are_what_they_stand_for() {
    var value = read("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e4\\ud83d\\ude00\"").orElseThrow();

    assertThat(((Scalar) value).text()).isEqualTo("\"\\/\b\f\n\r\tä😀");
  }

  @Test
  void the_last_of_two_equal_names_counts() {
    var value = read("{\"a\": 1,\n\"a\": 2}").orElseThrow();

    assertThat(JsonText.of(value, 100)).contains("{\"a\":2}");
    assertThat(findings.inOrder())
        .extracting(Finding::line, Finding::column)
        .containsExactly(tuple(2, 1));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{\"a\" 1}|1|6|a colon is wanted",
        "{\"a\": 1 \"b\": 2}|1|9|a comma or }",
        "{a: 1}|1|2|a name in double quotes",
        "{'a': 1}|1|2|a name in double quotes",
        "{\"a\": }|1|7|a value is wanted",
        "{\"a\": 01}|1|7|a value is wanted",
        "{\"a\": .5}|1|7|a value is wanted",
        "{\"a\": tru}|1|7|a value is wanted",
        "{\"a\": NaN}|1|7|a value is wanted",
        "{\"a\": 1}}|1|9|behind the end",
        "[1,,2]|1|4|a value is wanted",
        "{\"a\": \"x|1|7|no end",
        "{\"a\": \"\\x\"}|1|8|escape",
        "{\"a\": \"\\u12\"}|1|8|hexadecimal",
        "{\"a\": 1 /* x|1|9|comment has no end",
        "{\"a\": [1|1|9|the file ends",
      })
  void a_mistake_is_told_where_it_is_and_nothing_is_read(
      String text, int line, int column, String told) {
    assertThat(read(text)).isEmpty();
    assertThat(findings.inOrder()).hasSize(1);
    assertThat(findings.inOrder().getFirst())
        .extracting(Finding::line, Finding::column)
        .containsExactly(line, column);
    assertThat(findings.inOrder().getFirst().what()).contains(told);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " \n", "// nothing\n", "/* */", "\uFEFF"})
  void nothing_is_no_mistake(String text) {
    assertThat(read(text)).isEmpty();
    assertThat(findings.inOrder()).isEmpty();
  }

  @Test
  void a_line_is_not_left_open_for_the_next() {
    assertThat(read("{\"a\": \"x\n\"}")).isEmpty();
    assertThat(findings.inOrder().getFirst().what()).contains("not closed on its line");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{\"a\":", "[[],"})
  void endless_nesting_ends(String step) {
    assertThat(read(step.repeat(100_000))).isEmpty();
    assertThat(findings.inOrder()).hasSize(1);
  }

  @Test
  void one_long_line_is_read_quickly() {
    var text = "{\"a\": [" + "\"😀\",".repeat(100_000) + "1]}";

    var value = assertTimeoutPreemptively(Duration.ofSeconds(20), () -> read(text));

    assertThat(value).isPresent();
  }

  @Test
  void more_values_than_anybody_writes_are_one_finding() {

    var read =
        JsoncText.read(
            ("[" + "1,".repeat(400_000) + "1]").getBytes(StandardCharsets.UTF_8), findings);

    assertThat(read).isEmpty();
    assertThat(findings.inOrder())
        .singleElement()
        .matches(finding -> finding.what().contains("more than 300000 values"));
  }

  @Test
  void ten_megabytes_are_one_finding() {
    assertThat(JsoncText.read(new byte[10 << 20], findings)).isEmpty();
    assertThat(findings.inOrder()).hasSize(1);
  }

  private Optional<Value> read(String text) {
    return JsoncText.read(text.getBytes(StandardCharsets.UTF_8), findings);
  }
}
