package dev.berth.node.editor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.berth.base.Problem;
import dev.berth.base.process.Command;
import dev.berth.protocol.api.EditorView;
import dev.berth.protocol.editor.Editor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trees from small archives in a release's form; {@link UsualTreeTest} makes the real one. */
final class EditorsTest {
  private static final String COMMIT = "53c2f3253bcf32886706fc023e794bbeb253c90f";

  @TempDir private Path folder;
  private final List<String> said = new CopyOnWriteArrayList<>();

  @BeforeEach
  void make_an_archive() throws Exception {
    var root = folder.resolve("server-v1-linux-x64");
    Files.createDirectories(root.resolve("out"));
    Files.createDirectories(root.resolve("extensions"));
    Files.writeString(root.resolve("out/server-main.js"), "serve();");
    Files.writeString(root.resolve("node"), "#!/bin/sh\n");
    Files.writeString(
        root.resolve("product.json"),
        "{\"commit\":\"%s\",\"quality\":\"stable\"}".formatted(COMMIT));
    Files.writeString(root.resolve("package.json"), "{\"version\":\"1.2.3\"}");
    pack(root, folder.resolve("server.tar.gz"));
  }

  private static void pack(Path root, Path archive) throws InterruptedException {
    Command.of(
            "tar",
            "-czf",
            archive.toString(),
            "-C",
            String.valueOf(root.getParent()),
            String.valueOf(root.getFileName()))
        .orProblem("See tar.");
  }

  @Test
  void an_archive_becomes_a_tree_that_says_how_it_is_run() throws Exception {
    try (var editors = open(archive())) {
      assertThat(ready(editors)).isEqualTo(new EditorView.Ready("vscode", "1.2.3"));

      var tree = editors.folder().orElseThrow();
      var editor = new EditorTree(tree).editor().orElseThrow();
      assertThat(editor.command()).startsWith("{tree}/node").contains("{tree}/out/server-main.js");
      assertThat(editor.statics())
          .containsExactly(new Editor.Statics("/stable-" + COMMIT + "/static/", ""));
      assertThat(tree.resolve("extensions/berth/extension.js")).exists();
      assertThat(Files.readString(tree.resolve("bin/code"))).contains("/opt/ide/node", COMMIT);
      assertThat(tree.resolve(Editor.STATE_FILE)).doesNotExist();
    }
  }

  @Test
  void the_folder_stays_the_same_one_while_its_content_comes() throws Exception {
    Object before;
    try (var editors = open(archive())) {
      before = Files.getAttribute(editors.folder().orElseThrow(), "unix:ino");
      ready(editors);
      assertThat(Files.getAttribute(editors.folder().orElseThrow(), "unix:ino")).isEqualTo(before);
    }
  }

  @Test
  void a_tree_is_made_once_and_shared_by_all_who_begin_together() throws Exception {
    var all = new ArrayList<Editors>();
    try {
      for (int i = 0; i < 12; i++) all.add(open(archive()));
      for (var editors : all) {
        ready(editors);
        assertThat(editors.folder().orElseThrow().resolve(Editor.STATE_FILE)).doesNotExist();
      }
    } finally {
      all.forEach(Editors::close);
    }
    assertThat(said.stream().filter(line -> line.contains("is ready"))).hasSize(1);
    assertThat(said).noneMatch(line -> line.contains("could not be made"));
    assertThat(drafts()).isEmpty();
  }

  @Test
  void a_damaged_tree_is_told_and_made_anew() throws Exception {
    Path file;
    try (var editors = open(archive())) {
      ready(editors);
      file = editors.folder().orElseThrow().resolve("out/server-main.js");
    }
    Files.writeString(file, "cut");

    try (var editors = open(archive())) {
      ready(editors);
    }

    assertThat(said).anyMatch(line -> line.contains("out/server-main.js is not what it was"));
    assertThat(file).hasContent("serve();");
  }

  @Test
  void a_change_that_keeps_the_size_is_found_by_the_content() throws Exception {
    try (var editors = open(archive())) {
      ready(editors);
      var tree = editors.folder().orElseThrow();
      assertThat(check()).isEqualTo(new Editors.Found.Whole(tree));
      Files.writeString(tree.resolve("out/server-main.js"), "serve()!");

      assertThat(new EditorTree(tree).damage()).isEmpty();
      assertThat(check())
          .isEqualTo(new Editors.Found.Damaged(tree, "out/server-main.js is not what it was"));
      assertThat(check()).isEqualTo(new Editors.Found.None()); // until it is made anew
    }
  }

  @Test
  void what_a_killed_one_left_half_is_never_used() throws Exception {
    Path tree;
    try (var editors = open(archive())) {
      ready(editors);
      tree = editors.folder().orElseThrow();
    }
    Files.delete(tree.resolve(Editor.FILE)); // the last to come
    Files.delete(tree.resolve("package.json"));
    Files.createDirectories(folder.resolve("cache/.draft-1/tree"));

    try (var editors = open(archive())) {
      ready(editors);
    }

    assertThat(tree.resolve("package.json")).exists();
    assertThat(drafts()).isEmpty();
  }

  @Test
  void what_cannot_be_made_is_told_in_the_tree_too() throws Exception {
    Files.writeString(folder.resolve("server.tar.gz"), "no archive");
    try (var editors = open(archive())) {
      await().until(() -> editors.state() instanceof EditorView.Failed);

      var state = editors.folder().orElseThrow().resolve(Editor.STATE_FILE);
      assertThat(Files.readString(state)).contains("\"kind\":\"failed\"", "editor.archive");
      assertThat(said).anyMatch(line -> line.contains("could not be made"));
    }
  }

  @Test
  void a_ready_tree_is_taken_as_it_is_and_a_folder_without_one_refused() throws Exception {
    Path tree;
    try (var editors = open(archive())) {
      ready(editors);
      tree = editors.folder().orElseThrow();
    }
    try (var editors = open(new EditorChoice.Folder(tree))) {
      assertThat(editors.state()).isEqualTo(new EditorView.Ready("vscode", "1.2.3"));
      assertThat(editors.folder()).contains(tree);
    }
    assertThatThrownBy(() -> open(new EditorChoice.Folder(folder)))
        .isInstanceOf(Problem.Invalid.class);
  }

  @Test
  void none_is_none() {
    try (var editors = open(new EditorChoice.None())) {
      assertThat(editors.state()).isEqualTo(new EditorView.None());
      assertThat(editors.folder()).isEmpty();
    }
  }

  @Test
  void an_archive_lays_nothing_outside_its_tree() throws Exception {
    var evil = folder.resolve("evil.tar.gz");
    Files.writeString(folder.resolve("victim"), "whole");
    Command.of(
            "tar",
            "-czPf",
            evil.toString(),
            "-C",
            folder.resolve("server-v1-linux-x64").toString(),
            "--transform=s,^node$,../../../../victim,",
            ".")
        .orProblem("See tar.");
    try (var editors = open(new EditorChoice.Archive(evil))) {
      await().until(() -> !(editors.state() instanceof EditorView.Preparing));
    }
    assertThat(folder.resolve("victim")).hasContent("whole");
    assertThat(folder.resolve("cache/victim")).doesNotExist();
  }

  private EditorChoice archive() {
    return new EditorChoice.Archive(folder.resolve("server.tar.gz"));
  }

  private Editors open(EditorChoice choice) {
    return Editors.open(choice, folder.resolve("cache"), _ -> {}, said::add);
  }

  private Editors.Found check() {
    return Editors.check(archive(), folder.resolve("cache"));
  }

  private static EditorView ready(Editors editors) {
    await().atMost(Duration.ofSeconds(30)).until(() -> editors.state() instanceof EditorView.Ready);
    return editors.state();
  }

  private List<Path> drafts() throws IOException {
    try (var listed = Files.list(folder.resolve("cache"))) {
      return listed.filter(path -> path.getFileName().toString().startsWith(".draft")).toList();
    }
  }
}
