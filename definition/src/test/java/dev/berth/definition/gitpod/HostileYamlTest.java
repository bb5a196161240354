package dev.berth.definition.gitpod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.berth.base.text.Quoted;
import dev.berth.definition.Definition;
import dev.berth.definition.Finding;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that were not written to open a workspace. */
class HostileYamlTest {
  /**
   * For what would take minutes or never end. The slowest of these takes a second, and more than 20
   * on a machine that does much else.
   */
  private static final Duration SOON = Duration.ofSeconds(60);

  private static final String GOOD = "tasks:\n- command: a\n";

  @Test
  void ten_megabytes_are_one_finding() {
    var definition = GitpodYml.read(new byte[10 << 20]);

    assertThat(definition.findings()).hasSize(1);
    assertThat(definition.findings().getFirst().what()).contains("larger than 1 MiB");
  }

  @Test
  void an_anchor_bomb_unfolds_nowhere() {
    var bomb = new StringBuilder("x0: &a0 [lol, lol, lol]\n");
    for (int i = 1; i < 60; i++) {
      bomb.append("x%d: &a%d [*a%d, *a%d, *a%d]\n".formatted(i, i, i - 1, i - 1, i - 1));
    }
    bomb.append("env: {BOMB: *a59, SMALL: *a1}\n").append(GOOD);

    var definition = quick(bomb.toString());

    assertThat(definition.env()).containsOnlyKeys("SMALL");
    assertThat(definition.tasks()).hasSize(1);
    assertThat(definition.findings()).anyMatch(f -> f.what().contains("nested too deep"));
  }

  @Test
  void merges_cannot_grow_without_end() {
    var bomb = new StringBuilder("x: &x {");
    for (int i = 0; i < 5000; i++) bomb.append("k").append(i).append(": 1, ");
    bomb.append("z: 1}\n");
    for (int i = 0; i < 20_000; i++) bomb.append("y").append(i).append(": {<<: *x}\n");

    var definition = quick(bomb.append(GOOD).toString());

    assertThat(definition.tasks()).hasSize(1);
    assertThat(definition.findings()).anyMatch(f -> f.what().contains("copies more than"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "env: &e {A: *e}\n",
        "env: {A: &l [*l]}\n",
        "tasks: &t [*t]\n",
        "x: &x {<<: *x}\n",
        "? &k [*k]\n: *k\n"
      })
  void what_contains_itself_is_told(String text) {
    assertThat(quick(text).findings())
        .anyMatch(f -> f.what().equals("This value contains itself."));
  }

  @Test
  void anchors_in_names_do_not_pile_up() {
    var text = new StringBuilder("? &a0 [x]\n: 1\n");
    for (int i = 1; i < 30_000; i++) text.append("? &a%d [*a%d]\n: 1\n".formatted(i, i - 1));
    text.append("env: {A: *a29999}\n").append(GOOD);

    assertThat(quick(text.toString()).tasks()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{a: ", "- ", "? ", "a:\n "})
  void endless_nesting_ends(String step) {
    assertThat(quick(step.repeat(100_000)).findings()).isNotEmpty();
  }

  @Test
  void sixty_levels_are_read_and_seventy_are_told() {
    assertThat(quick("x: " + "[".repeat(60) + "]".repeat(60)).findings())
        .noneMatch(f -> f.what().contains("cannot be read"));
    assertThat(quick("x: " + "[".repeat(70) + "]".repeat(70)).findings())
        .anyMatch(f -> f.what().contains("cannot be read"));
  }

  @Test
  void no_class_is_made_of_a_type_tag() {
    var definition =
        quick("x: !!javax.script.ScriptEngineManager [!!java.net.URL ['http://x']]\n" + GOOD);

    assertThat(definition.tasks()).hasSize(1);
    assertThat(definition.findings())
        .anyMatch(f -> f.what().contains("javax.script.ScriptEngineManager"));
  }

  @Test
  void tabs_are_told_at_their_place() {
    var finding = quick("tasks:\n\t- command: a\n").findings().getFirst();

    assertThat(finding.line()).isEqualTo(2);
    assertThat(finding.remedy()).contains("spaces");
  }

  @Test
  void letters_that_are_no_utf8_are_told_and_the_rest_counts() {
    var bytes = "tasks:\n- command: a\nenv: {X: \u00e4}\n".getBytes(StandardCharsets.ISO_8859_1);

    var definition = GitpodYml.read(bytes);

    assertThat(definition.tasks()).hasSize(1);
    assertThat(definition.findings())
        .extracting(Finding::line, Finding::column)
        .containsExactly(tuple(3, 10));
  }

  @Test
  void a_byte_order_mark_is_read_over() {
    assertThat(quick("\uFEFF" + GOOD).findings()).isEmpty();
  }

  @Test
  void control_characters_never_reach_a_finding() {
    var definition =
        quick("\"\\e[31m\\a\\u202e name\": 1\n\"" + "n".repeat(900) + "\": 2\nx\u0001: 1\n");

    assertThat(definition.findings()).hasSizeGreaterThan(2);
    assertThat(definition.findings())
        .allSatisfy(finding -> {
          assertThat(finding.words()).hasSizeLessThan(500);
          assertThat(finding.words().codePoints().allMatch(Quoted::isPlain)).isTrue();
        });
  }

  @Test
  void only_the_first_document_counts() {
    var definition = quick(GOOD + "---\ntasks: []\n---\nx: 1\n");

    assertThat(definition.tasks()).hasSize(1);
    assertThat(definition.findings()).hasSize(1);
    assertThat(definition.findings().getFirst().line()).isEqualTo(4);
  }

  @Test
  void what_follows_a_syntax_error_does_not_make_it_throw() {
    var definition = quick("tasks: [\n" + GOOD);

    assertThat(definition.findings()).hasSize(1);
    assertThat(definition.findings().getFirst().what()).startsWith("This is no YAML");
  }

  @Test
  void more_values_than_anybody_writes_are_one_finding_and_soon() {
    for (var piece : List.of("portz%d: 1\n", "- [1,\n", "? ", "{a, ")) {
      var text = new StringBuilder();
      for (int i = 0; text.length() < 1_000_000; i++) text.append(piece.formatted(i));

      var definition =
          assertTimeoutPreemptively(
              SOON, () -> GitpodYml.read(text.toString().getBytes(StandardCharsets.UTF_8)));

      assertThat(definition.findings()).isNotEmpty().hasSizeLessThan(102);
    }
  }

  @Test
  void a_thousand_findings_are_cut() {
    var text = new StringBuilder();
    for (int i = 0; i < 1000; i++) text.append("zz").append(i).append(": 1\n");

    assertThat(quick(text.toString()).findings()).hasSize(101);
  }

  @Test
  void the_same_script_named_often_is_bounded() {
    var text = "x: &s \"" + "a".repeat(60_000) + "\"\ntasks:\n" + "- command: *s\n".repeat(64);

    var definition = quick(text);

    assertThat(definition.tasks().stream().mapToInt(t -> t.command().orElse("").length()).sum())
        .isLessThanOrEqualTo(1 << 20);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"\\UFFFFFFFF\"",
        "%YAML 999999999999.1\n---\n",
        "\"\\ud800\"",
        "!<",
        "&",
        "*",
        "? ",
        "|9",
        "%TAG ! tag:%ff\n--- !x a",
        "!%FF a",
        ">\n \u2028x",
        "a: !!int abc",
        "a: !!float x\nb: !!null x",
        "env: {A: 1e999999999, B: .inf, C: 0x, D: !!int '99999999999999999999999999999999999999999999'}"
      })
  void broken_corners_of_yaml_do_not_throw(String text) {
    assertThatCode(() -> quick(text)).doesNotThrowAnyException();
  }

  static IntStream seeds() {
    return IntStream.range(0, 40);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void garbage_never_throws(int seed) {
    var random = new Random(seed);
    for (int i = 0; i < 50; i++) {
      var bytes = new byte[random.nextInt(2000)];
      random.nextBytes(bytes);
      assertThatCode(() -> GitpodYml.read(bytes)).as("seed %d", seed).doesNotThrowAnyException();
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void mutated_files_never_throw(int seed) {
    var random = new Random(seed);
    var marks = "[]{}:,-?&*!|>'\"%@`#\\ \n\t<~=.0x1/UTF\u0000";
    var base =
        "image: &i x\nports:\n- port: 3000-3999\n  onOpen: notify\ntasks:\n- {command: \"a\\u0041\","
            + " env: {A: [1, 2.5, *i]}}\ngitConfig: {<<: {a.b: c}}\ncheckoutLocation: a/b\n";
    for (int i = 0; i < 200; i++) {
      var text = new StringBuilder(base);
      for (int n = random.nextInt(8); n >= 0; n--) {
        int at = random.nextInt(text.length());
        var mark = String.valueOf(marks.charAt(random.nextInt(marks.length())));
        if (random.nextBoolean()) text.insert(at, mark);
        else text.replace(at, at + 1, mark);
      }
      var mutated = text.toString();
      assertThatCode(() -> quick(mutated)).as(mutated).doesNotThrowAnyException();
    }
  }

  private static Definition quick(String text) {
    return assertTimeoutPreemptively(
        SOON, () -> GitpodYml.read(text.getBytes(StandardCharsets.UTF_8)));
  }
}
