package dev.berth.definition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.berth.base.text.Quoted;
import dev.berth.definition.convert.GitpodWriter;
import dev.berth.definition.devcontainer.DevcontainerJson;
import dev.berth.definition.devcontainer.ImageMetadata;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Files of both kinds that were not written to open a workspace; by seeds, so they can be repeated.
 */
class HostileFilesTest {
  static IntStream seeds() {
    return IntStream.range(0, 12);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void whatever_becomes_of_a_file_it_is_read_and_its_findings_can_be_shown(int seed)
      throws Exception {
    var mutation = new Mutation(new Random(seed));
    for (var file : CorpusTest.files()) check(file, mutation.of(Files.readAllBytes(file)));
  }

  /** What must hold of every file, whatever is in it. */
  static void check(Path file, byte[] bytes) {
    var definition =
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> CorpusTest.read(file, bytes));
    long lines = new String(bytes, StandardCharsets.UTF_8).chars().filter(c -> c == '\n').count();
    assertThat(definition.findings()).hasSizeLessThanOrEqualTo(101);
    for (var finding : definition.findings()) {
      assertThat(finding.line()).isBetween(1, (int) lines + 2);
      assertThat(finding.column()).isPositive();
      assertThat(Quoted.isPlain(finding.words())).as(finding.words()).isTrue();
    }
    if (definition.image() instanceof Image.Built(var dockerfile, var context, _)) {
      assertThat(dockerfile).doesNotStartWith("/").doesNotContain("../").isNotEqualTo("..");
      assertThat(context.orElse(".")).doesNotStartWith("/").doesNotContain("..");
    }
    definition
        .env()
        .forEach((name, value) -> {
          assertThat(name).matches("[a-zA-Z_][a-zA-Z0-9_]*").doesNotStartWith("GITPOD_");
          assertThat(value).doesNotContain("\0");
        });
    assertThatCode(() -> GitpodWriter.write(definition)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"features\": {\"%s\": {}}}",
        "{\"forwardPorts\": [\"%s\"]}",
        "{\"appPort\": \"%s\"}",
        "{\"mounts\": [\"%s\"]}",
        "{\"mounts\": [\"source=%s,target=/%1$s\"]}",
        "{\"workspaceFolder\": \"%s\", \"workspaceMount\": \"%1$s\"}",
        "{\"postCreateCommand\": {\"%s\": \"%1$s\"}}",
        "{\"postCreateCommand\": [\"%s\"]}",
        "{\"containerEnv\": {\"%s\": \"%1$s\"}}",
        "{\"build\": {\"dockerfile\": \"%s\", \"options\": [\"%1$s\"], \"cacheFrom\": \"%1$s\"}}",
        "{\"dockerComposeFile\": [\"%s\"], \"service\": \"%1$s\"}",
        "{\"customizations\": {\"vscode\": {\"extensions\": [\"%s\"], \"settings\": {\"%1$s\": 1}}}}",
        "{\"portsAttributes\": {\"%s\": {\"label\": \"%1$s\"}}}",
        "{\"hostRequirements\": {\"memory\": \"%s\"}}",
        "{\"runArgs\": [\"%s\", \"--%1$s\"], \"name\": \"%1$s\"}",
        "{\"%s\": 1}",
      })
  void strange_texts_do_no_harm_anywhere(String form) {
    var file = Path.of("x.json");
    for (var text :
        new String[] {
          "../../../etc/passwd",
          "/etc/passwd",
          "a\\u0000b",
          "\\u001b[31m\\u202e",
          "$(reboot)`id`",
          "<script>alert(1)</script>",
          "'; drop table x; --",
          "\\ud800",
          "-rf",
          "--privileged",
          "${containerEnv:PATH:}${containerEnv:}",
          "${localEnv}${localEnv:}${devcontainerId:x:y}",
          ":::::",
          ",,,=,=",
          "a".repeat(70_000),
          "(".repeat(3000),
          "1".repeat(3000),
          " ",
          ""
        }) {
      check(file, form.formatted(text).getBytes(StandardCharsets.UTF_8));
    }
  }

  @Test
  void a_command_in_a_list_stays_one_word_each() {
    var definition =
        DevcontainerJson.read(
            "devcontainer.json",
            "{\"image\": \"a\", \"postStartCommand\": [\"echo\", \"'; reboot '\", \"$(id)\", \"-n\"]}"
                .getBytes(StandardCharsets.UTF_8),
            CorpusTest.PROJECT);

    assertThat(definition.tasks().getFirst().command())
        .contains("echo ''\\''; reboot '\\''' '$(id)' -n");
  }

  @Test
  void metadata_that_is_no_list_is_told() {
    for (var label : new String[] {"", "1", "[1, [2]]", "{\"image\"", "[{\"mounts\": 1}]"}) {
      assertThatCode(() ->
              ImageMetadata.merged(label, "devcontainer.json", new byte[0], CorpusTest.PROJECT))
          .doesNotThrowAnyException();
    }
  }
}
