package dev.berth.base.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderTreeTest {
  @TempDir Path temp;
  private Path root;

  @BeforeEach
  void write() throws Exception {
    root = Files.createDirectories(temp.resolve("root"));
    Files.createDirectories(root.resolve("a/b"));
    Files.writeString(root.resolve("a/b/file"), "12345");
    Files.writeString(temp.resolve("secret"), "secret");
    Files.createSymbolicLink(root.resolve("out"), temp);
    Files.createSymbolicLink(root.resolve("link"), temp.resolve("secret"));
  }

  @Test
  void files_and_folders_are_listed_and_read() {
    var tree = new FolderTree(root);

    assertThat(tree.list(".")).containsExactlyInAnyOrder("a/", "out", "link");
    assertThat(tree.list("a")).containsExactly("b/");
    assertThat(tree.list("none")).isEmpty();
    assertThat(tree.list("a/b/file")).isEmpty();
    assertThat(tree.read("a/b/file", 100)).contains("12345".getBytes(StandardCharsets.UTF_8));
    assertThat(tree.read("a/b/file", 3).orElseThrow()).hasSize(4);
    assertThat(tree.read("a/b", 3)).isEmpty();
  }

  @Test
  void nothing_outside_is_reached() {
    var tree = new FolderTree(root);

    for (var path : new String[] {"link", "out/secret", "../secret", "a/../../secret", "a\0"}) {
      assertThat(tree.read(path, 100)).as(path).isEmpty();
    }
    assertThat(tree.list("out")).isEmpty();
    assertThat(tree.list("..")).isEmpty();
  }

  @Test
  void a_tree_goes_with_all_in_it_and_nothing_that_a_link_in_it_leads_to() throws Exception {
    Files.createDirectories(root.resolve("a/c/deep"));

    new FolderTree(root).remove();
    new FolderTree(root).remove(); // is gone
    new FolderTree(root.resolve("no/such")).remove();

    assertThat(root).doesNotExist();
    assertThat(temp.resolve("secret")).hasContent("secret");
    Files.createSymbolicLink(root, temp);
    new FolderTree(root).remove();
    assertThat(names(temp)).containsExactly("secret");
  }

  /** As whose folder it is may do while root removes it. */
  @Test
  void a_link_that_takes_a_folders_place_meanwhile_leads_nowhere() throws Exception {
    var folder = Files.createDirectory(root.resolve("many"));
    var others = Files.createDirectory(temp.resolve("others"));
    int count = 5000;
    for (int i = 0; i < count; i++) {
      Files.createFile(folder.resolve("f" + i));
      Files.createFile(others.resolve("f" + i));
    }
    var swapped =
        CompletableFuture.runAsync(() -> {
          try {
            while (names(folder).size() == count) Thread.onSpinWait();
            Files.move(folder, temp.resolve("away"));
            Files.createSymbolicLink(folder, others);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });

    new FolderTree(root).remove();
    swapped.exceptionally(_ -> null).join(); // all was removed before, once in a while

    assertThat(names(others)).hasSize(count);
  }

  private static List<String> names(Path folder) throws IOException {
    try (var all = Files.list(folder)) {
      return all.map(path -> path.getFileName().toString()).toList();
    }
  }
}
