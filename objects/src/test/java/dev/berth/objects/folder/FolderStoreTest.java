package dev.berth.objects.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.base.Problem;
import dev.berth.objects.ObjectName;
import dev.berth.objects.ObjectStore;
import dev.berth.objects.ObjectStoreContract;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FolderStoreTest extends ObjectStoreContract {
  @TempDir Path root;

  @Override
  protected ObjectStore store() {
    return FolderStore.open(root.resolve("objects"));
  }

  @Test
  void no_draft_is_left_of_a_write() throws Exception {
    store().putIfAbsent(ObjectName.of("a"), bytes("a"));
    store().putIfAbsent(ObjectName.of("a"), bytes("b"));

    try (var drafts = Files.list(root.resolve("objects/.drafts"))) {
      assertThat(drafts).isEmpty();
    }
  }

  @Test
  void a_draft_that_a_killed_writer_left_is_no_object_and_goes_after_a_day() throws Exception {
    store();
    var draft = Files.writeString(root.resolve("objects/.drafts/left"), "half");

    store();
    assertThat(draft).exists();
    Files.setLastModifiedTime(draft, FileTime.from(Instant.now().minus(Duration.ofDays(2))));
    store();

    assertThat(draft).doesNotExist();
  }

  @Test
  void a_folder_that_is_none_is_told_with_a_remedy() throws Exception {
    var file = Files.writeString(root.resolve("file"), "");

    assertThatThrownBy(() -> FolderStore.open(file.resolve("objects")))
        .isInstanceOf(Problem.Unavailable.class)
        .hasMessageContaining(file.toString());
  }

  @Test
  void what_else_lies_there_is_no_object() throws Exception {
    var store = FolderStore.open(root.resolve("objects"));
    store.putIfAbsent(ObjectName.of("ann/a"), bytes("a"));
    Files.createDirectory(root.resolve("objects/lost+found"));
    Files.writeString(root.resolve("objects/ann/.nfs0001"), "x");
    Files.createDirectory(root.resolve("objects/ann/New Folder"));

    assertThat(store.folders()).containsExactly(ObjectName.of("ann"));
    assertThat(store.list(ObjectName.of("ann"), Optional.empty()))
        .extracting(info -> info.name().text())
        .containsExactly("ann/a");
  }
}
