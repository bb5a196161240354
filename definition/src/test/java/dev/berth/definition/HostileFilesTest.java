package dev.berth.definition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.berth.base.text.Quoted;
import dev.berth.definition.convert.DevcontainerWriter;
import dev.berth.definition.convert.GitpodWriter;
import dev.berth.definition.devcontainer.DevcontainerJson;
import dev.berth.definition.devcontainer.ImageMetadata;
import dev.berth.definition.resolve.Definitions;
import dev.berth.definition.resolve.RepositoryFiles;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Files of both kinds that were not written to open a workspace; by seeds, so they can be repeated.
 */
class HostileFilesTest {
  /** For one file, on a machine that does other things, too; the slowest seen took 0.2 s. */
  private static final Duration MOST_TIME = Duration.ofSeconds(5);

  /** A definition, its lock file, as many Compose files as it may name, and what they miss. */
  private static final int MOST_FILES = 19;

  /** What builds are guessed from. */
  static final List<String> GUESSED =
      List.of(
          "{\"name\": \"a\", \"packageManager\": \"pnpm@9.1.0\", \"scripts\": {\"dev\": \"vite\", \"build\": \"tsc\", \"start\": \"node .\"}}",
          "[project]\nname = \"a\"\n[tool.poetry]\nname = \"a\"\n[tool.uv]\n[build-system]\nrequires = [\"hatchling\"]\n",
          "django==5.0\nflask>=3\n-r other.txt\n");

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

  @Test
  void a_build_is_guessed_from_whatever_lies_there() throws Exception {
    var mutation = new Mutation(new Random(7));
    for (var text : GUESSED) {
      for (int i = 0; i < 40; i++) checkGuess(mutation.of(text.getBytes(StandardCharsets.UTF_8)));
    }
  }

  /**
   * What must hold of every file, whatever is in it: by itself, and in a repository of which it is
   * one.
   */
  static void check(Path file, byte[] bytes) {
    var definition = assertTimeoutPreemptively(MOST_TIME, () -> CorpusTest.read(file, bytes));
    check(definition, bytes);
    var name = file.toString().endsWith(".yml") ? ".gitpod.yml" : ".devcontainer/devcontainer.json";
    var all = new LinkedHashMap<>(Map.of(name, bytes));
    all.put(".devcontainer/devcontainer-lock.json", bytes);
    boolean composed = definition.image() instanceof Image.Composed;
    if (definition.image() instanceof Image.Composed(var paths, _, _)) {
      paths.forEach(path -> all.putIfAbsent(path, bytes)); // JSON is YAML, too
    }
    var files = new Disk(all);
    var chosen =
        assertTimeoutPreemptively(MOST_TIME, () -> Definitions.of(files, CorpusTest.PROJECT));
    check(chosen, bytes);
    if (composed) return;
    assertThat(chosen.image()).isEqualTo(definition.image());
    assertThat(chosen.ports()).isEqualTo(definition.ports());
  }

  /** The same where builds are guessed from what lies in a repository. */
  static void checkGuess(byte[] bytes) {
    var names =
        List.of("package.json", "pyproject.toml", "requirements.txt", "package-lock.json", "x.sln");
    var files = new LinkedHashMap<String, byte[]>();
    names.forEach(name -> files.put(name, bytes));
    check(
        assertTimeoutPreemptively(
            MOST_TIME, () -> Definitions.of(new Disk(files), CorpusTest.PROJECT)),
        bytes);
  }

  private static void check(Definition definition, byte[] bytes) {
    // what YAML 1.1 counts as the end of a line
    var ends = "\n\r\u0085\u2028\u2029";
    long lines =
        new String(bytes, StandardCharsets.UTF_8).chars().filter(c -> ends.indexOf(c) >= 0).count();
    assertThat(definition.findings()).hasSizeLessThanOrEqualTo(101 * MOST_FILES);
    for (var finding : definition.findings()) {
      assertThat(finding.line()).isBetween(1, (int) lines + 2);
      assertThat(finding.column()).isPositive();
      assertThat(Quoted.isPlain(finding.words())).as(finding.words()).isTrue();
      assertThat(finding.words()).hasSizeLessThan(4000);
    }
    switch (definition.image()) {
      case Image.Default _ -> {}
      case Image.Reference(var reference) -> assertThat(reference).matches("[\\w./:@+-]{1,1024}");
      case Image.Built(var dockerfile, var context, _) -> {
        staysInside(dockerfile);
        context.ifPresent(HostileFilesTest::staysInside);
      }
      case Image.Composed(var files, _, _) -> files.forEach(HostileFilesTest::staysInside);
    }
    definition.checkoutLocation().ifPresent(HostileFilesTest::staysInside);
    definition.workspaceLocation().ifPresent(HostileFilesTest::staysInside);
    for (var other : definition.repositories().additional()) {
      other.checkoutLocation().ifPresent(HostileFilesTest::staysInside);
    }
    for (var extension : definition.extensions()) {
      if (!extension.contains("://") && extension.endsWith(".vsix")) staysInside(extension);
    }
    for (var feature : definition.container().features()) {
      if (feature.place() instanceof Feature.Place.Local(var folder)) staysInside(folder);
    }
    for (var mount : definition.container().mounts()) {
      assertThat(mount.target()).startsWith("/");
      staysInside(mount.target().substring(1));
    }
    definition
        .env()
        .forEach((name, value) -> {
          assertThat(name).matches("[a-zA-Z_][a-zA-Z0-9_]*").doesNotStartWith("GITPOD_");
          assertThat(value).doesNotContain("\0");
        });
    assertThatCode(() -> GitpodWriter.write(definition)).doesNotThrowAnyException();
    assertThatCode(() -> DevcontainerWriter.write(definition)).doesNotThrowAnyException();
  }

  private static void staysInside(String path) {
    assertThat(path).doesNotStartWith("/").doesNotStartWith("~").doesNotContain("\0");
    assertThat(path.split("/", -1)).doesNotContain("..");
  }

  /** A repository of these files. */
  private record Disk(Map<String, byte[]> files) implements RepositoryFiles {
    @Override
    public Set<String> list(String folder) {
      var prefix = folder.equals(".") ? "" : folder + "/";
      var names = new TreeSet<String>();
      for (var file : files.keySet()) {
        if (!file.startsWith(prefix)) continue;
        var rest = file.substring(prefix.length());
        names.add(rest.contains("/") ? rest.substring(0, rest.indexOf('/') + 1) : rest);
      }
      return names;
    }

    @Override
    public Optional<byte[]> read(String path, int most) {
      return Optional.ofNullable(files.get(path))
          .map(bytes -> bytes.length > most ? Arrays.copyOf(bytes, most + 1) : bytes);
    }
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
