package dev.berth.base.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
}
