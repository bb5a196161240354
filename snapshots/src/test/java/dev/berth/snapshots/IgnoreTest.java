package dev.berth.snapshots;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.base.posix.Name;
import dev.berth.base.process.Command;
import dev.berth.objects.folder.FolderStore;
import dev.berth.snapshots.format.Finding;
import dev.berth.snapshots.format.OwnerKeys;
import dev.berth.snapshots.format.Snapshot;
import dev.berth.snapshots.repository.Repository;
import dev.berth.snapshots.restore.Restore;
import dev.berth.snapshots.save.Exclusions;
import dev.berth.snapshots.save.Save;
import dev.berth.snapshots.save.Scope;
import dev.berth.snapshots.save.Stack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class IgnoreTest {
  private static final Exclusions OWN_FILES =
      new Exclusions(List.of(), Set.of(Name.of("files")), Long.MAX_VALUE);

  @TempDir Path here;
  private Path files;
  private Repository repository;

  @BeforeEach
  void make() throws Exception {
    files = Files.createDirectories(here.resolve("tree/files"));
    repository =
        Repository.open(
            FolderStore.open(here.resolve("store")), OwnerKeys.of(new byte[32], "octo"));
  }

  private Snapshot save(Exclusions exclusions) throws Exception {
    return new Save(
            repository, Clock.systemUTC(), 1, Scope.of(Stream.of(), Stream.of(), exclusions))
        .runIfChanged(Stack.of(here.resolve("tree")), "series", Optional.empty())
        .orElseThrow();
  }

  private Set<String> saved(Exclusions exclusions) throws Exception {
    var back = here.resolve("back");
    new Restore(repository, 1).run(save(exclusions), back);
    try (var all = Files.walk(back.resolve("files"))) {
      return all.filter(Files::isRegularFile)
          .map(file -> back.resolve("files").relativize(file).toString())
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private void write(String path, String text) throws IOException {
    Files.createDirectories(files.resolve(path).getParent());
    Files.writeString(files.resolve(path), text);
  }

  /** Git is the peer: what it would not show as new is what is left out. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void a_file_means_what_a_gitignore_of_the_same_lines_means(long seed) throws Exception {
    var random = new Random(seed);
    for (int i = 0; i < 150; i++) {
      var path = path(random, 5);
      if (isFree(path)) write(path, "");
    }
    for (int i = 0; i < 4; i++) {
      var folder = i == 0 ? "" : path(random, 2) + "/";
      if (!folder.isEmpty() && !Files.isDirectory(files.resolve(folder))) continue;
      var lines = new StringBuilder("# what is made anew\n\n");
      for (int line = 0; line < 6; line++) lines.append(pattern(random)).append('\n');
      write(folder + ".berthignore", lines.toString());
      write(folder + ".gitignore", lines.toString());
    }
    git("init", "-q");

    var saved = saved(OWN_FILES);

    saved.removeIf(path -> path.startsWith(".git/"));
    var listed = git("ls-files", "--others", "--exclude-standard").lines().toList();
    assertThat(saved).containsExactlyInAnyOrderElementsOf(listed);
  }

  private String git(String... arguments) throws InterruptedException {
    return Command.of(Stream.concat(Stream.of("git"), Stream.of(arguments)).toList())
        .in(files)
        .with("GIT_CONFIG_GLOBAL", "/dev/null")
        .orProblem("see git")
        .text();
  }

  private static String path(Random random, int depth) {
    return Stream.generate(() -> name(random))
        .limit(1 + random.nextInt(depth))
        .collect(Collectors.joining("/"));
  }

  /** Whether neither a folder is there nor a file on the way. */
  private boolean isFree(String path) {
    var file = files.resolve(path);
    for (int end = path.indexOf('/'); end >= 0; end = path.indexOf('/', end + 1)) {
      if (Files.isRegularFile(files.resolve(path.substring(0, end)))) return false;
    }
    return !Files.isDirectory(file);
  }

  private static String name(Random random) {
    return "" + "abc".charAt(random.nextInt(3)) + "xyz".charAt(random.nextInt(3));
  }

  private static String pattern(Random random) {
    var steps =
        Stream.generate(() -> step(random))
            .limit(1 + random.nextInt(3))
            .collect(Collectors.joining("/"));
    return (random.nextInt(4) == 0 ? "!" : "")
        + (random.nextInt(4) == 0 ? "/" : "")
        + steps
        + (random.nextInt(3) == 0 ? "/" : "")
        + (random.nextInt(5) == 0 ? "  " : "");
  }

  private static String step(Random random) {
    return switch (random.nextInt(9)) {
      case 0 -> "**";
      case 1 -> "*" + "xyz".charAt(random.nextInt(3));
      case 2 -> "?" + "xyz".charAt(random.nextInt(3));
      case 3 -> "[ab]" + "xyz".charAt(random.nextInt(3));
      case 4 -> "[!a-b]*";
      case 5 -> "\\a" + "xyz".charAt(random.nextInt(3));
      default -> name(random);
    };
  }

  @Test
  void a_file_outside_of_the_folders_that_may_have_one_is_a_file_as_any_other() throws Exception {
    write(".berthignore", "*");
    write("work", "");

    assertThat(saved(Exclusions.NONE)).containsExactly(".berthignore", "work");
  }

  @Test
  void what_the_configuration_names_and_what_is_too_large_is_left_out() throws Exception {
    write("a/node_modules/.cache/x", "");
    write("a/node_modules/y", "");
    write("small", "x".repeat(1000));
    write("large", "x".repeat(100_000));
    var exclusions = new Exclusions(List.of("**/node_modules/.cache/"), Set.of(), 50_000);

    assertThat(saved(exclusions)).containsExactly("a/node_modules/y", "small");
    write("small", "other");
    assertThat(save(exclusions).findings())
        .extracting(Finding::path)
        .containsExactly("/files/large");
  }

  @Test
  void a_file_of_a_stranger_costs_no_more_than_it_may() throws Exception {
    write(".berthignore", "*a*a*a*a*a*a*a*a*a*a*a*b\n".repeat(100_000));
    Files.createDirectory(files.resolve("link"));
    Files.createSymbolicLink(files.resolve("link/.berthignore"), Path.of("/etc/passwd"));
    Command.of("mkfifo", files.resolve("pipe").toString()).orProblem("see mkfifo");
    for (int i = 0; i < 200; i++) write("a".repeat(200) + i, "");

    assertThat(save(OWN_FILES).findings())
        .extracting(Finding::text)
        .containsExactly("more than 200 patterns, or 8192 bytes of them; the rest does not count");
  }

  @Test
  void as_many_lines_as_may_be_are_not_told_as_too_many() throws Exception {
    write(".berthignore", "a\n".repeat(200));
    write("a", "");
    write("b", "");

    assertThat(save(OWN_FILES).findings()).isEmpty();
    write(".berthignore", "a\n".repeat(201));
    assertThat(save(OWN_FILES).findings()).hasSize(1);
  }

  @Test
  void a_folder_of_that_name_is_one_as_any_other_and_is_closed() throws Exception {
    write(".berthignore/.berthignore/work", "");

    assertThat(saved(OWN_FILES)).containsExactly(".berthignore/.berthignore/work");
    try (var open = Files.list(Path.of("/proc/self/fd"))) {
      assertThat(open.map(IgnoreTest::target)).noneMatch(path -> path.endsWith(".berthignore"));
    }
  }

  private static String target(Path link) {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (IOException _) {
      return ""; // closed since
    }
  }

  /** It was 200 ms a name. */
  @Test
  @Timeout(30)
  void the_worst_files_of_a_stranger_in_nested_folders_cost_a_name_little() throws Exception {
    var line = "*[" + "b".repeat(2000) + "a][" + "b".repeat(2000) + "a]x\n";
    var folder = "";
    for (int i = 0; i < 13; i++) {
      write(folder + ".berthignore", line.repeat(16));
      folder += "d/";
    }
    for (int i = 0; i < 2000; i++) write(folder + "a".repeat(240) + i, "");

    assertThat(saved(OWN_FILES)).hasSize(2013);
  }
}
