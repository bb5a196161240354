package dev.berth.snapshots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.base.posix.Name;
import dev.berth.objects.ObjectName;
import dev.berth.objects.ObjectStore;
import dev.berth.objects.folder.FolderStore;
import dev.berth.snapshots.format.Names;
import dev.berth.snapshots.format.OwnerKeys;
import dev.berth.snapshots.repository.Repository;
import dev.berth.snapshots.restore.Restore;
import dev.berth.snapshots.save.Save;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Trees that somebody made so that they cost more than they look. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class StrangersTest {
  @TempDir Path here;

  @AfterEach
  void remove() throws Exception {
    SmallHeap.remove(here.resolve("tree"));
    SmallHeap.remove(here.resolve("back"));
  }

  private void save() throws Exception {
    new Save(SmallHeap.repository(here), Clock.systemUTC(), 2).run(here.resolve("tree"), "series");
  }

  @Test
  void files_of_two_names_that_lie_deep_are_restored_in_little_memory() throws Exception {
    int files = 20_000;
    var other = Files.createDirectories(here.resolve("tree/z"));
    SmallHeap.nested(
        here.resolve("tree"),
        2040,
        Name.of("d"),
        (posix, at) -> {
          int second = posix.openFolder(other);
          for (int i = 0; i < files; i++) {
            var name = Name.of("file" + i);
            posix.close(posix.createFile(at, name));
            posix.hardLink(at, name, second, name);
          }
          posix.close(second);
        });
    save();

    assertThat(SmallHeap.run("96m", "restore", here)).isEqualTo("0");

    assertThat((Integer) Files.getAttribute(here.resolve("back/z/file7"), "unix:nlink"))
        .isEqualTo(2);
  }

  @Test
  void a_tree_of_very_long_paths_is_exported_in_little_memory() throws Exception {
    SmallHeap.nested(
        here.resolve("tree"),
        2044,
        Name.of("n".repeat(255)),
        (posix, at) -> {
          posix.close(posix.createFile(at, Name.of("a")));
          for (int i = 0; i < 100; i++) {
            posix.hardLink(at, Name.of("a"), at, Name.of("b" + i));
          }
        });
    save();

    assertThat(SmallHeap.run("64m", "tar", here)).isEqualTo("0");
  }

  @Test
  void a_tree_that_is_as_deep_as_can_be_is_checked() throws Exception {
    SmallHeap.nested(here.resolve("tree"), 2044, Name.of("d"), (_, _) -> {});
    save();

    assertThat(SmallHeap.run("256m", "check", here)).isEqualTo("[]\n0");
  }

  @Test
  void what_waits_for_a_large_file_takes_little_memory() throws Exception {
    var tree = Files.createDirectories(here.resolve("tree"));
    var bytes = new byte[1 << 20];
    var random = new Random(5);
    try (var large = Files.newOutputStream(tree.resolve("a"))) {
      for (int i = 0; i < 500; i++) {
        random.nextBytes(bytes);
        large.write(bytes);
      }
    }
    var target = Path.of("t".repeat(4090));
    for (int i = 0; i < 25_000; i++) Files.createSymbolicLink(tree.resolve("link" + i), target);

    assertThat(SmallHeap.run("72m", "save", here)).isEqualTo("0");

    var saved = SmallHeap.repository(here).newest("series").orElseThrow();
    assertThat(saved.totals().others()).isEqualTo(25_000);
  }

  @Test
  void with_too_few_descriptors_a_snapshot_is_whole_or_none() throws Exception {
    SmallHeap.nested(
        here.resolve("tree"),
        30,
        Name.of("d"),
        (posix, at) -> posix.close(posix.createFile(at, Name.of("file"))));

    assertThat(SmallHeap.run("256m", "descriptors", here)).isEqualTo("all of them\n0");
  }

  @Test
  void a_folder_that_is_removed_while_it_is_looked_at_is_closed() throws Exception {
    var tree = Files.createDirectories(here.resolve("tree"));
    Files.createDirectory(tree.resolve("d"));
    Files.writeString(tree.resolve("file"), "one");
    save();
    Files.writeString(tree.resolve("file"), "other");
    // What it was like is read when it is open already, and before its names are.
    var repository = whenReadingPacks(() -> Files.deleteIfExists(tree.resolve("d")));
    var open = new AtomicLong(-1);

    new Save(
            repository,
            atEach(() -> open.accumulateAndGet(descriptors("/d (deleted)"), Math::max)),
            1)
        .run(tree, "series");

    assertThat(Files.exists(tree.resolve("d"))).isFalse();
    assertThat(open.get()).isZero();
  }

  private static long descriptors(String end) {
    try (var all = Files.list(Path.of("/proc/self/fd"))) {
      return all.filter(fd -> leadsTo(fd, end)).count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean leadsTo(Path fd, String end) {
    try {
      return Files.readSymbolicLink(fd).toString().endsWith(end);
    } catch (IOException _) {
      return false; // closed since
    }
  }

  @Test
  void a_save_ends_where_the_thread_that_reads_fails() throws Exception {
    var tree = Files.createDirectories(here.resolve("tree"));
    for (int i = 0; i < 1000; i++) Files.createFile(tree.resolve("file" + i));
    var reader = atEach(() -> fail(Thread.currentThread().getName().startsWith("snapshot-reader")));

    assertThatThrownBy(() -> new Save(SmallHeap.repository(here), reader, 1).run(tree, "series"))
        .isInstanceOf(OutOfMemoryError.class);
  }

  @Test
  void a_save_and_a_restore_end_where_the_thread_that_walks_fails() throws Exception {
    var tree = Files.createDirectories(here.resolve("tree"));
    Files.writeString(tree.resolve("file"), "one");
    save();
    Files.writeString(tree.resolve("file"), "other");
    var repository = whenReadingPacks(() -> fail(true));

    assertThatThrownBy(() -> new Save(repository, Clock.systemUTC(), 2).run(tree, "series"))
        .isInstanceOf(OutOfMemoryError.class);
    var newest = repository.newest("series").orElseThrow();
    assertThatThrownBy(() -> new Restore(repository, 2).run(newest, here.resolve("back")))
        .isInstanceOf(OutOfMemoryError.class);
  }

  private static boolean fail(boolean now) {
    if (now) throw new OutOfMemoryError("of a test");
    return false;
  }

  /** The repository, where something is done before each read of a pack. */
  private Repository whenReadingPacks(Callable<Boolean> before) throws Exception {
    var store = FolderStore.open(here.resolve("store"));
    var other =
        (ObjectStore)
            Proxy.newProxyInstance(
                ObjectStore.class.getClassLoader(),
                new Class<?>[] {ObjectStore.class},
                (_, method, arguments) -> {
                  if (method.getName().equals("read")
                      && arguments[0] instanceof ObjectName name
                      && name.text().startsWith(Names.PACKS.text())) {
                    before.call();
                  }
                  try {
                    return method.invoke(store, arguments);
                  } catch (InvocationTargetException e) {
                    throw e.getCause();
                  }
                });
    return Repository.open(other, OwnerKeys.of(new byte[32], "octo"));
  }

  /** The time now; something is done whenever somebody asks for it. */
  private static Clock atEach(Runnable before) {
    return new Clock() {
      @Override
      public Instant instant() {
        before.run();
        return Instant.now();
      }

      @Override
      public ZoneId getZone() {
        return ZoneOffset.UTC;
      }

      @Override
      public Clock withZone(ZoneId zone) {
        return this;
      }
    };
  }
}
