package dev.berth.definition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.definition.convert.DevcontainerWriter;
import dev.berth.definition.convert.GitpodWriter;
import dev.berth.definition.devcontainer.DevcontainerJson;
import dev.berth.definition.devcontainer.Surroundings;
import dev.berth.definition.gitpod.GitpodYml;
import dev.berth.protocol.Severity;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Small files of the shapes that public repositories have (see corpus/README.md), each with what it
 * wants and what is found in it written at its end.
 */
class CorpusTest {
  static final Surroundings PROJECT = Surroundings.of("project", "https://git.example.com/a/b");

  static List<Path> files() throws IOException, URISyntaxException {
    var corpus = Objects.requireNonNull(CorpusTest.class.getResource("/corpus")).toURI();
    try (Stream<Path> all = Files.walk(Path.of(corpus))) {
      return all.filter(file -> file.toString().matches(".*\\.(yml|json)")).sorted().toList();
    }
  }

  static Definition read(Path file, byte[] bytes) {
    return file.toString().endsWith(".yml")
        ? GitpodYml.read(bytes)
        : DevcontainerJson.read(".devcontainer/devcontainer.json", bytes, PROJECT);
  }

  @Test
  void there_are_enough_of_both_kinds() throws Exception {
    assertThat(files()).hasSizeGreaterThanOrEqualTo(60);
    assertThat(files())
        .filteredOn(file -> file.toString().endsWith(".json"))
        .hasSizeGreaterThan(25);
  }

  @ParameterizedTest
  @MethodSource("files")
  void each_file_wants_and_finds_what_it_says(Path file) throws Exception {
    var bytes = Files.readAllBytes(file);
    var definition = read(file, bytes);

    assertThat(summary(definition)).isEqualTo(said(bytes, "wants image "));
  }

  @ParameterizedTest
  @MethodSource("files")
  void what_it_wants_can_be_written_as_a_gitpod_yml(Path file) throws Exception {
    var definition = read(file, Files.readAllBytes(file));

    var converted = GitpodWriter.write(definition);
    var again = GitpodYml.read(converted.text().getBytes(StandardCharsets.UTF_8));

    assertThat(again.findings()).as(converted.text()).noneMatch(CorpusTest::isError);
    assertThat(again.tasks()).hasSameSizeAs(definition.tasks());
    assertThat(again.extensions()).isEqualTo(definition.extensions());
    if (file.toString().endsWith(".yml")) {
      assertThat(again.tasks()).isEqualTo(definition.tasks());
      assertThat(again.ports()).isEqualTo(definition.ports());
      assertThat(again.env()).isEqualTo(definition.env());
      assertThat(again.image()).isEqualTo(definition.image());
      assertThat(again.gitConfig()).isEqualTo(definition.gitConfig());
      assertThat(again.workspaceLocation()).isEqualTo(definition.workspaceLocation());
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void what_it_wants_can_be_written_as_a_devcontainer_json(Path file) throws Exception {
    var definition = read(file, Files.readAllBytes(file));

    var converted = DevcontainerWriter.write(definition);
    var again =
        DevcontainerJson.read(
            converted.file(), converted.text().getBytes(StandardCharsets.UTF_8), PROJECT);

    assertThat(again.findings()).as(converted.text()).noneMatch(CorpusTest::isError);
    assertThat(again.extensions()).isEqualTo(definition.extensions());
    assertThat(again.ports())
        .extracting("first", "last", "onOpen", "https", "name")
        .containsExactlyInAnyOrderElementsOf(
            definition.ports().stream()
                .map(port ->
                    org.assertj.core.groups.Tuple.tuple(
                        port.first(), port.last(), port.onOpen(), port.https(), port.name()))
                .toList());
  }

  private static boolean isError(Finding finding) {
    return finding.severity() == Severity.ERROR;
  }

  /** One line for what it wants, and one for each finding. */
  static String summary(Definition definition) {
    var image =
        switch (definition.image()) {
          case Image.Default _ -> "default";
          case Image.Reference(var reference) -> reference;
          case Image.Built(var file, var context, _) ->
              "built of %s in %s".formatted(file, context.orElse("its folder"));
          case Image.Composed(var files, var service, _) ->
              "%s of %s".formatted(service, String.join(" ", files));
        };
    var lines =
        new StringBuilder(
            "wants image %s, tasks %d, ports %d, extensions %d, variables %d, features %d"
                .formatted(
                    image,
                    definition.tasks().size(),
                    definition.ports().size(),
                    definition.extensions().size(),
                    definition.env().size(),
                    definition.container().features().size()));
    for (var finding : definition.findings()) {
      lines.append(
          "\nfinds %s %d:%d %s"
              .formatted(finding.severity(), finding.line(), finding.column(), finding.what()));
    }
    return lines.toString();
  }

  /**
   * From the last lines of a file, which are comments, from the one that begins with {@code word}.
   */
  private static String said(byte[] bytes, String word) {
    var text = new String(bytes, StandardCharsets.UTF_8);
    int from = text.lastIndexOf(" " + word);
    assertThat(from).as("the expectation at the end of the file").isPositive();
    return String.join(
        "\n",
        text.substring(from).lines().map(line -> line.replaceFirst("^(#|//)? ?", "")).toList());
  }
}
