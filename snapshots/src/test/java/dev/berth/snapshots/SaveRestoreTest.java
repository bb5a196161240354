package dev.berth.snapshots;

import static dev.berth.snapshots.format.Finding.Kind.CHANGED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.base.Problem;
import dev.berth.objects.folder.FolderStore;
import dev.berth.snapshots.format.Finding;
import dev.berth.snapshots.format.OwnerKeys;
import dev.berth.snapshots.format.Snapshot;
import dev.berth.snapshots.prune.Check;
import dev.berth.snapshots.repository.Repository;
import dev.berth.snapshots.restore.Restore;
import dev.berth.snapshots.save.Save;
import java.io.File;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SaveRestoreTest {
  private static final String SERIES = "octo-hello-abcdefghijk";

  @TempDir Path here;
  private Path tree;
  private Repository repository;

  @BeforeEach
  void open() throws Exception {
    tree = Files.createDirectory(here.resolve("tree"));
    repository =
        Repository.open(
            FolderStore.open(here.resolve("store")), OwnerKeys.of(new byte[32], "octo"));
  }

  private Snapshot save() throws Exception {
    return new Save(repository, Clock.systemUTC(), 2).run(tree, SERIES);
  }

  /** A save at a time when no file counts as just changed. */
  private Snapshot saveLater() throws Exception {
    var later = Clock.offset(Clock.systemUTC(), Duration.ofMinutes(1));
    return new Save(repository, later, 2).run(tree, SERIES);
  }

  private Path restore(Snapshot snapshot) throws Exception {
    var target = here.resolve("restored-" + snapshot.id());
    assertThat(new Restore(repository, 2).run(snapshot, target)).isEmpty();
    return target;
  }

  /** In each folder some names come before the one that leads on, and some after it. */
  @Test
  void a_tree_as_deep_as_a_hostile_one_is_saved_with_few_folders_open() throws Exception {
    var folder = tree;
    for (int depth = 0; depth < 600; depth++) {
      Files.writeString(folder.resolve("a"), "a" + depth);
      Files.writeString(folder.resolve("z"), "z" + depth);
      folder = Files.createDirectory(folder.resolve("d"));
    }
    int before = openFiles();
    var most = new AtomicInteger();
    var over = new AtomicBoolean();
    var watching =
        Thread.ofPlatform()
            .start(() -> {
              while (!over.get()) most.accumulateAndGet(openFiles(), Math::max);
            });

    var snapshot = save();

    over.set(true);
    watching.join();
    assertThat(most.get() - before).isLessThan(300);
    assertThat(openFiles()).isLessThan(before + 20);
    assertThat(snapshot.findings()).isEmpty();
    assertThat(Rsync.differences(tree, restore(snapshot))).isEmpty();
  }

  private static int openFiles() {
    return Objects.requireNonNull(new File("/proc/self/fd").list()).length;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void a_tree_of_anything_comes_back_as_it_was(long seed) throws Exception {
    RandomTree.make(tree, seed, 300);

    var snapshot = save();
    assertThat(snapshot.findings()).isEmpty();
    assertThat(Rsync.differences(tree, restore(snapshot))).isEmpty();

    for (int round = 1; round <= 3; round++) {
      RandomTree.change(tree, seed * 100 + round);
      assertThat(Rsync.differences(tree, restore(save()))).isEmpty();
    }
    assertThat(Check.run(repository).damages()).isEmpty();
  }

  @Test
  void an_unchanged_tree_is_not_read_again() throws Exception {
    RandomTree.make(tree, 7, 200);
    saveLater();

    var second = saveLater();

    assertThat(second.totals().readFiles()).isZero();
    assertThat(second.totals().newBytes()).isZero();
    assertThat(second.totals().storedBytes()).isZero();
    assertThat(Rsync.differences(tree, restore(second))).isEmpty();
  }

  @Test
  void only_what_changed_is_read_and_only_what_is_new_is_written() throws Exception {
    var random = new byte[9_000_000];
    new Random(1).nextBytes(random);
    Files.write(tree.resolve("large"), random);
    Files.writeString(tree.resolve("small"), "one");
    Files.writeString(tree.resolve("other"), "two");
    saveLater();

    random[4_000_000] ^= 1;
    Files.write(tree.resolve("large"), random);
    var second = saveLater();

    assertThat(second.totals().readFiles()).isEqualTo(1);
    assertThat(second.totals().newBytes()).isLessThan(4_500_000); // the chunk, and the tree
    assertThat(Rsync.differences(tree, restore(second))).isEmpty();
  }

  @Test
  void a_change_that_shows_in_no_size_and_no_mtime_is_seen() throws Exception {
    var file = Files.writeString(tree.resolve("file"), "one");
    var time = FileTime.from(Instant.parse("2026-01-01T00:00:00Z"));
    Files.setLastModifiedTime(file, time);
    save();
    Files.writeString(file, "two");
    Files.setLastModifiedTime(file, time);

    assertThat(restore(save()).resolve("file")).hasContent("two");
  }

  @Test
  void a_sparse_file_takes_neither_space_nor_time_for_its_holes() throws Exception {
    try (var file = new java.io.RandomAccessFile(tree.resolve("sparse").toFile(), "rw")) {
      file.setLength(100L << 30);
      file.seek(50L << 30);
      file.write("middle".getBytes(StandardCharsets.US_ASCII));
    }

    var snapshot = save();

    assertThat(snapshot.totals().storedBytes()).isLessThan(1 << 20);
    var restored = restore(snapshot).resolve("sparse");
    assertThat(Files.size(restored)).isEqualTo(100L << 30);
    try (var file = new java.io.RandomAccessFile(restored.toFile(), "r")) {
      file.seek(50L << 30);
      var there = new byte[6];
      file.readFully(there);
      assertThat(there).asString().isEqualTo("middle");
    }
    var du = new ProcessBuilder("du", "-k", restored.toString()).start();
    assertThat(
            Long.parseLong(
                new String(du.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)
                    .split("\t")[0]))
        .isLessThan(1000);
  }

  @Test
  @Timeout(120) // what is no data would take an hour to read
  void holes_stay_holes_also_in_a_file_that_never_rests() throws Exception {
    var sparse = tree.resolve("sparse");
    var random = new byte[32 << 20];
    new Random(1).nextBytes(random);
    try (var file = new java.io.RandomAccessFile(sparse.toFile(), "rw")) {
      file.setLength(4L << 40);
      file.write(random);
    }
    var going = new AtomicBoolean(true);
    var touching =
        Thread.ofPlatform()
            .start(() -> {
              while (going.get()) sparse.toFile().setLastModified(System.currentTimeMillis());
            });
    try {
      var snapshot = save();

      assertThat(snapshot.findings()).singleElement().extracting(Finding::kind).isEqualTo(CHANGED);
      assertThat(Files.size(restore(snapshot).resolve("sparse"))).isEqualTo(4L << 40);
    } finally {
      going.set(false);
      touching.join();
    }
  }

  @Test
  void names_of_one_file_are_one_file_again() throws Exception {
    Files.createDirectories(tree.resolve("a/b"));
    Files.writeString(tree.resolve("a/b/one"), "text");
    Files.createLink(tree.resolve("z"), tree.resolve("a/b/one"));
    Files.createLink(tree.resolve("a/two"), tree.resolve("a/b/one"));

    var restored = restore(save());

    var one = Files.getAttribute(restored.resolve("a/b/one"), "unix:ino");
    assertThat(Files.getAttribute(restored.resolve("z"), "unix:ino")).isEqualTo(one);
    assertThat(Files.getAttribute(restored.resolve("a/two"), "unix:ino")).isEqualTo(one);
  }

  @Test
  void a_socket_and_a_device_are_left_out_and_told() throws Exception {
    Files.writeString(tree.resolve("file"), "text");
    new ProcessBuilder("mknod", tree.resolve("null").toString(), "c", "1", "3").start().waitFor();
    try (var socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      socket.bind(UnixDomainSocketAddress.of(tree.resolve("sock")));

      var snapshot = save();

      assertThat(snapshot.findings())
          .containsExactly(
              new Finding(Finding.Kind.SKIPPED, "/null", "is a device"),
              new Finding(Finding.Kind.SKIPPED, "/sock", "is a socket"));
      assertThat(restore(snapshot)).isDirectoryContaining("glob:**/file");
    }
  }

  @Test
  void a_file_that_is_written_all_the_time_is_kept_and_told_and_read_again() throws Exception {
    var file = tree.resolve("log");
    Files.write(file, new byte[64 << 20]);
    var stop = new java.util.concurrent.atomic.AtomicBoolean();
    var writer =
        Thread.ofPlatform()
            .start(() -> {
              try (var out = new java.io.RandomAccessFile(file.toFile(), "rw")) {
                for (byte i = 0; !stop.get(); i++) out.write(i);
              } catch (java.io.IOException e) {
                throw new IllegalStateException(e);
              }
            });
    Snapshot snapshot;
    try {
      snapshot = save();
    } finally {
      stop.set(true);
      writer.join();
    }

    assertThat(snapshot.findings()).extracting(Finding::kind).containsExactly(Finding.Kind.CHANGED);
    assertThat(Files.size(restore(snapshot).resolve("log"))).isEqualTo(64 << 20);
    assertThat(saveLater().totals().readFiles()).isEqualTo(1);
    assertThat(saveLater().totals().readFiles()).isZero();
  }

  @Test
  void files_that_come_and_go_meanwhile_do_no_harm() throws Exception {
    RandomTree.make(tree, 8, 300);
    var stop = new java.util.concurrent.atomic.AtomicBoolean();
    var busy = Files.createDirectory(tree.resolve("busy"));
    var writer =
        Thread.ofPlatform()
            .start(() -> {
              try {
                for (int i = 0; !stop.get(); i++) {
                  var file = Files.writeString(busy.resolve("f" + i % 50), "x".repeat(i % 999));
                  if (i % 3 == 0) Files.delete(file);
                }
              } catch (java.io.IOException e) {
                throw new IllegalStateException(e);
              }
            });
    try {
      for (int i = 0; i < 5; i++) assertThat(save().totals().files()).isPositive();
    } finally {
      stop.set(true);
      writer.join();
    }

    assertThat(Rsync.differences(tree, restore(save()))).isEmpty();
  }

  @Test
  void a_restore_wants_an_empty_folder() throws Exception {
    var snapshot = save();
    Files.writeString(Files.createDirectory(here.resolve("full")).resolve("x"), "");

    assertThatThrownBy(() -> new Restore(repository, 2).run(snapshot, here.resolve("full")))
        .isInstanceOf(Problem.Conflict.class);
  }

  @Test
  void the_same_name_as_a_folder_and_later_a_link_leads_nowhere() throws Exception {
    Files.createDirectory(tree.resolve("x"));
    Files.writeString(tree.resolve("x/file"), "in");
    save();
    Files.delete(tree.resolve("x/file"));
    Files.delete(tree.resolve("x"));
    Files.createSymbolicLink(tree.resolve("x"), here);

    var restored = restore(save());

    assertThat(Files.isSymbolicLink(restored.resolve("x"))).isTrue();
    assertThat(Files.exists(here.resolve("file"), LinkOption.NOFOLLOW_LINKS)).isFalse();
  }

  @Test
  void a_folder_of_very_many_files_comes_back() throws Exception {
    for (int i = 0; i < 40_000; i++) Files.createFile(tree.resolve("file-with-a-name-" + i));
    saveLater();
    Files.writeString(tree.resolve("file-with-a-name-777"), "changed");

    var second = saveLater();

    assertThat(second.totals().readFiles()).isEqualTo(1);
    assertThat(second.totals().newBytes()).isLessThan(5 << 20); // not the whole folder's tree
    assertThat(Rsync.differences(tree, restore(second))).isEmpty();
  }

  @Test
  void another_key_is_told_from_damage() throws Exception {
    save();

    assertThatThrownBy(() ->
            Repository.open(
                FolderStore.open(here.resolve("store")), OwnerKeys.of(new byte[32], "eve")))
        .isInstanceOf(Problem.Refused.class);
  }

  @Test
  void nothing_of_names_and_contents_is_in_the_store_in_the_clear() throws Exception {
    Files.writeString(tree.resolve("secret-name"), "secret content ".repeat(1000));
    save();

    try (var files = Files.walk(here.resolve("store"))) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
            .doesNotContain("secret", "octo");
        assertThat(file.toString()).doesNotContain("octo");
      }
    }
  }
}
