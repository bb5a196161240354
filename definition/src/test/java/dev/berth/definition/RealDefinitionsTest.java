package dev.berth.definition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.definition.devcontainer.Surroundings;
import dev.berth.definition.resolve.Definitions;
import dev.berth.protocol.inside.PortPlan;
import dev.berth.protocol.inside.TaskPlan;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Definitions of public repositories, as their authors wrote them. The files themselves are not
 * ours and not here: {@code real/definitions.txt} says of each where it is, the name of its bytes,
 * and what must be read from it. {@code bench/real-definitions} reads them from clones that lie on
 * the machine; only there, and only by its {@code --write}, is the list written anew.
 */
class RealDefinitionsTest {
  private static final String LIST = "/real/definitions.txt";

  @Test
  void the_list_has_enough_of_both_kinds() throws Exception {
    var cases = written();
    assertThat(cases.values())
        .filteredOn(text -> text.contains("from GITPOD"))
        .hasSizeGreaterThan(60);
    assertThat(cases.values())
        .filteredOn(text -> text.contains("from DEVCONTAINER"))
        .hasSizeGreaterThan(60);
  }

  @Test
  @EnabledIfSystemProperty(named = "real.folder", matches = ".+")
  void each_definition_is_read_as_the_list_says() throws Exception {
    var folder = Path.of(System.getProperty("real.folder"));
    var read = read(folder);
    if (Boolean.getBoolean("real.write")) {
      var file = Path.of("src/test/resources" + LIST);
      Files.writeString(file, head() + String.join("\n", values(read)));
      return;
    }
    var expected = written();
    expected.keySet().removeIf(name -> !read.containsKey(name)); // a clone that is not there
    assertThat(read).as("clones in %s", folder).isNotEmpty();
    var unlike = new ArrayList<String>();
    for (var each : expected.entrySet()) {
      var now = Objects.requireNonNull(read.get(each.getKey()));
      if (!now.strip().equals(each.getValue().strip())) {
        unlike.add("expected\n" + each.getValue() + "\nread\n" + now);
      }
    }
    assertThat(unlike).as(String.join("\n", unlike)).isEmpty();
    IO.println("%d definitions of %s read as the list says".formatted(expected.size(), folder));
  }

  private static List<String> values(Map<String, String> cases) {
    return List.copyOf(cases.values());
  }

  private static String head() {
    return """
    # What is read from definitions of public repositories: written by bench/real-definitions FOLDER --write and looked through by hand.
    # Of each: = repository commit folder, the git name of the file, what it wants, what is found. The files are not here.

    """;
  }

  /** By the first line of each case, which says where it is. */
  private static Map<String, String> written() throws IOException {
    try (InputStream in = RealDefinitionsTest.class.getResourceAsStream(LIST)) {
      var text = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
      var cases = new LinkedHashMap<String, String>();
      for (var each : text.substring(text.indexOf("= ")).split("\n(?== )", -1)) {
        cases.put(each.lines().findFirst().orElseThrow(), each);
      }
      return cases;
    }
  }

  /** What the clones {@code FOLDER/owner+name/repo} or {@code FOLDER/owner+name} hold. */
  private static Map<String, String> read(Path folder) throws Exception {
    var wanted = Boolean.getBoolean("real.write") ? Map.<String, String>of() : commits();
    var cases = new TreeMap<String, String>();
    try (var names = Files.newDirectoryStream(folder, "*+*")) {
      for (var each : names) {
        var clone = Files.isDirectory(each.resolve("repo")) ? each.resolve("repo") : each;
        var repository = each.getFileName().toString().replace('+', '/');
        if (!wanted.isEmpty() && !wanted.containsKey(repository)) continue;
        var head = new String(GitFolder.git(clone, "rev-parse", "HEAD"), StandardCharsets.UTF_8);
        var commit = wanted.getOrDefault(repository, head.strip());
        var files = GitFolder.at(clone, commit);
        for (var place : files.foldersWithDefinition()) {
          var name = "= %s %s %s".formatted(repository, commit, place);
          cases.put(name, name + "\n" + facts(repository, files.in(place)));
        }
      }
    }
    return cases;
  }

  private static Map<String, String> commits() throws IOException {
    var commits = new TreeMap<String, String>();
    for (var name : written().keySet()) {
      var words = name.split(" ", -1);
      commits.put(words[1], words[2]);
    }
    return commits;
  }

  private static String facts(String repository, GitFolder files) throws InterruptedException {
    var name = repository.substring(repository.indexOf('/') + 1);
    var about = Surroundings.of(name, "https://example.com/" + repository);
    var read = Definitions.of(files, about);
    var lines = new ArrayList<String>();
    var origin = read.origin();
    lines.add(
        "from %s %s %s%s"
            .formatted(
                origin.kind(),
                origin.file().orElse("-"),
                origin.file().flatMap(files::blob).orElse("-"),
                origin.others().isEmpty() ? "" : ", else " + String.join(" ", origin.others())));
    lines.add(CorpusTest.summary(read).lines().findFirst().orElseThrow());
    for (var task : read.tasks()) lines.add("task " + words(task));
    if (!read.ports().isEmpty()) {
      lines.add(
          "ports "
              + read.ports().stream()
                  .map(RealDefinitionsTest::words)
                  .collect(Collectors.joining(", ")));
    }
    var container = read.container();
    container.user().ifPresent(user -> lines.add("user " + user));
    for (var mount : container.mounts()) lines.add("mount " + mount.target());
    for (var feature : container.features()) lines.add("feature " + feature.place().id());
    read.findings().forEach(each -> lines.add(words(each)));
    return String.join("\n", lines) + "\n";
  }

  private static String words(Finding finding) {
    return "finds %s %s:%d:%d %s"
        .formatted(
            finding.severity(), finding.file(), finding.line(), finding.column(), finding.what());
  }

  private static String words(PortPlan port) {
    return "%s %s %s%s"
        .formatted(
            port.first() == port.last() ? port.first() + "" : port.first() + "-" + port.last(),
            port.visibility().name().toLowerCase(Locale.ROOT),
            port.onOpen().name().toLowerCase(Locale.ROOT),
            port.https() ? " https" : "");
  }

  /** Which parts a task has, and how long they are: the commands are their authors'. */
  private static String words(TaskPlan task) {
    var parts = new ArrayList<String>();
    length("before", task.before()).ifPresent(parts::add);
    length("init", task.init()).ifPresent(parts::add);
    length("prebuild", task.prebuild()).ifPresent(parts::add);
    length("created", task.created()).ifPresent(parts::add);
    length("command", task.command()).ifPresent(parts::add);
    if (!task.env().isEmpty()) parts.add("env %d".formatted(task.env().size()));
    return parts.isEmpty() ? "empty" : String.join(", ", parts);
  }

  private static Optional<String> length(String part, Optional<String> text) {
    return text.map(each -> "%s %d".formatted(part, each.length()));
  }
}
