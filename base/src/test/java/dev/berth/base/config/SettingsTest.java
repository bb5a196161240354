package dev.berth.base.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.base.Problem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SettingsTest {
  @TempDir Path folder;

  private Settings of(String yaml, Map<String, String> environment) throws Exception {
    return Settings.read(Files.writeString(folder.resolve("berth.yaml"), yaml), environment);
  }

  @Test
  void the_environment_goes_before_the_file_and_the_file_before_the_default() throws Exception {
    var settings =
        of(
            "idle:\n  after: 45m\nport: 90\nmemory: 2Gi\nfiles: [/a, /b]\n",
            Map.of("BERTH_PORT", "91"));

    assertThat(settings.time("idle.after", Duration.ZERO)).isEqualTo(Duration.ofMinutes(45));
    assertThat(settings.number("port", 1, 1, 65535)).isEqualTo(91);
    assertThat(settings.bytes("memory", "1Gi")).isEqualTo(2L << 30);
    assertThat(settings.list("files")).containsExactly("/a", "/b");
    assertThat(settings.text("domain", "d")).isEqualTo("d");
    settings.check();
  }

  @Test
  void all_that_is_wrong_is_told_at_once_with_the_near_name() throws Exception {
    var settings = of("idle:\n  aftre: 45m\nport: many\n", Map.of());
    settings.time("idle.after", Duration.ZERO);
    settings.number("port", 1, 1, 65535);

    assertThatThrownBy(settings::check)
        .isInstanceOf(Problem.Invalid.class)
        .hasMessageContaining("port is \"many\" but must be a number")
        .hasMessageContaining("there is no setting idle.aftre (did you mean idle.after?)");
  }

  @Test
  void a_section_can_be_handed_to_another_process_as_its_environment() throws Exception {
    var settings =
        of(
            "objects:\n  s3: {bucket: one, pathStyle: true}\nother: 1\nsaves: {exclude: [a, b]}\n",
            Map.of("BERTH_OBJECTS_S3_SECRET_KEY", "s", "BERTH_OTHER", "2"));

    var handed = settings.asEnvironment("objects");
    assertThat(handed)
        .isEqualTo(
            Map.of(
                "BERTH_OBJECTS_S3_BUCKET", "one",
                "BERTH_OBJECTS_S3_PATH_STYLE", "true",
                "BERTH_OBJECTS_S3_SECRET_KEY", "s"));
    assertThat(settings.asEnvironment("saves")).isEqualTo(Map.of("BERTH_SAVES_EXCLUDE", "a,b"));
    var there = of("", handed);
    assertThat(there.text("objects.s3.bucket")).contains("one");
    assertThat(there.flag("objects.s3.pathStyle", false)).isTrue();
  }

  @Test
  void what_a_parser_and_what_several_settings_say_wrongly_is_told_too() throws Exception {
    var settings = of("at: nowhere\nempty: ''\n", Map.of("BERTH_UNSET", ""));
    var at =
        settings.parsed(
            "at",
            text -> {
              throw new IllegalArgumentException("must be a place");
            });
    settings.wrong("give a or b");

    assertThat(at).isEmpty();
    assertThat(settings.parsed("missing", String::length)).isEmpty();
    assertThat(settings.parsed("empty", String::length)).isEmpty();
    assertThat(settings.parsed("unset", String::length)).isEmpty();
    assertThatThrownBy(settings::check)
        .hasMessageContaining("at is \"nowhere\" but must be a place (line 1); give a or b");
  }

  @Test
  void a_setting_that_stands_twice_is_told_with_both_lines() throws Exception {
    var settings =
        of(
            """
            port: 8480
            git: {a: 1}
            port: 8481x
            git:
              a: 1
            list: [{b: 1}, {b: 2}]
            a: 1
            """,
            Map.of());
    settings.number("port", 1, 1, 65535);
    settings.text("git.a");
    settings.text("a");
    settings.list("list");

    assertThatThrownBy(settings::check)
        .isInstanceOf(Problem.Invalid.class)
        .hasMessageEndingWith(
            "cannot be used: port stands on line 1 and again on line 3;"
                + " git stands on line 2 and again on line 4;"
                + " port is \"8481x\" but must be a number (line 3).");
    var inOneLine = of("{port: 1, port: 2}", Map.of());
    inOneLine.text("port");
    assertThatThrownBy(inOneLine::check).hasMessageContaining("port stands twice on line 1");
  }

  @Test
  void what_is_read_twice_is_told_once() throws Exception {
    var settings = of("port: 84x\nhosts: one\n", Map.of());
    for (int time = 0; time < 2; time++) {
      settings.number("port", 1, 1, 65535);
      settings.list("hosts");
    }

    assertThatThrownBy(settings::check)
        .hasMessageEndingWith(
            "cannot be used: port is \"84x\" but must be a number (line 1);"
                + " hosts must be a list (line 2).");
  }

  @Test
  void a_file_that_is_no_yaml_is_told_with_its_line() {
    assertThatThrownBy(() -> of("a: 1\nb: [\n", Map.of()))
        .isInstanceOf(Problem.Invalid.class)
        .hasMessageContaining("line 2");
  }

  @Test
  void pairs_have_names_with_dots_and_stand_in_one_variable() throws Exception {
    var file = "images:\n  mirrors:\n    docker.io: a:5000/x\n    ghcr.io/y: b\n";

    var read = of(file, Map.of());
    assertThat(read.pairs("images.mirrors", (name, text) -> name + " at " + text))
        .containsExactly("docker.io at a:5000/x", "ghcr.io/y at b");
    read.check();
    var given = of(file, Map.of("BERTH_IMAGES_MIRRORS", "docker.io=c=d, quay.io = e"));
    assertThat(given.pairs("images.mirrors", (name, text) -> name + " at " + text))
        .containsExactly("docker.io at c=d", "quay.io at e");
    given.check();
  }

  @Test
  void a_pair_that_is_none_or_that_its_parser_refuses_is_told() throws Exception {
    var wrong = of("a: [x]\nb: {c: [y], d: bad}\n", Map.of("BERTH_E", "f,=g,h=i"));
    wrong.pairs("a", (_, text) -> text);
    wrong.pairs(
        "b",
        (_, text) -> {
          throw new IllegalArgumentException("must be good, not " + text);
        });
    assertThat(wrong.pairs("e", (name, text) -> name + text)).containsExactly("hi");

    assertThatThrownBy(wrong::check)
        .hasMessageContaining("a must be names with a text each")
        .hasMessageContaining("b.c must be a single value")
        .hasMessageContaining("b has \"d: bad\" but must be good, not bad")
        .hasMessageContaining("e has \"f\" but must be name=text,name=text")
        .hasMessageContaining("e has \"=g\"");
  }
}
