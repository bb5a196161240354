package dev.berth.snapshots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.base.Problem;
import dev.berth.objects.FaultyStore;
import dev.berth.objects.folder.FolderStore;
import dev.berth.objects.wrap.Patience;
import dev.berth.objects.wrap.Retrying;
import dev.berth.snapshots.format.Damaged;
import dev.berth.snapshots.format.OwnerKeys;
import dev.berth.snapshots.format.Snapshot;
import dev.berth.snapshots.prune.Check;
import dev.berth.snapshots.prune.Prune;
import dev.berth.snapshots.repository.Repository;
import dev.berth.snapshots.restore.Restore;
import dev.berth.snapshots.save.Save;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bytes that rot, and stores that do not do what they should. */
final class DamageTest {
  private static final OwnerKeys KEYS = OwnerKeys.of(new byte[32], "octo");
  private static final Patience SHORT =
      new Patience(12, Duration.ofNanos(1000), Duration.ofMillis(1));

  @TempDir Path here;
  private Path tree;
  private Path objects;
  private FaultyStore faulty;
  private Repository repository;
  private int restored;

  @BeforeEach
  void open() throws Exception {
    tree = here.resolve("tree");
    objects = here.resolve("store");
    RandomTree.make(tree, 11, 150);
    faulty = new FaultyStore(FolderStore.open(objects), 1);
    repository = Repository.open(new Retrying(faulty, SHORT), KEYS);
  }

  private Snapshot save() throws Exception {
    return new Save(repository, Clock.systemUTC(), 2).run(tree, "series");
  }

  private void assertRestorable(Snapshot snapshot) throws Exception {
    var target = here.resolve("restored-" + restored++);
    assertThat(new Restore(repository, 2).run(snapshot, target)).isEmpty();
    assertThat(Rsync.differences(tree, target)).isEmpty();
  }

  @Test
  void a_flipped_bit_anywhere_is_found_and_never_restored_as_if_it_were_right() throws Exception {
    var snapshot = save();
    var random = new Random(2);
    try (var files = Files.walk(objects)) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        if (file.endsWith("format")) continue;
        var good = Files.readAllBytes(file);
        for (int i = 0; i < 4; i++) {
          var bad = good.clone();
          int at = random.nextInt(bad.length);
          bad[at] ^= (byte) (1 << random.nextInt(8));
          Files.write(file, bad);

          var report = Check.run(repository);

          assertThat(report.damages()).as("%s at %d", file, at).isNotEmpty();
          var target = here.resolve("t" + file.getFileName() + i);
          try {
            new Restore(repository, 2).run(repository.find("series", snapshot.id()), target);
            assertThat(Rsync.differences(tree, target)).isEmpty();
          } catch (Damaged told) {
            assertThat(told.what()).isNotEmpty();
          }
        }
        Files.write(file, good);
      }
    }
    assertThat(Check.run(repository).damages()).isEmpty();
  }

  @Test
  void an_object_that_was_cut_short_or_is_gone_is_found_and_what_it_touches_is_named()
      throws Exception {
    Files.writeString(tree.resolve("the-file"), "content ".repeat(100));
    save();
    try (var packs = Files.list(objects.resolve("packs"))) {
      for (var pack : packs.toList()) {
        var good = Files.readAllBytes(pack);
        Files.write(pack, Arrays.copyOf(good, good.length / 2));
        assertThat(Check.run(repository).damages()).isNotEmpty();
        Files.delete(pack);
        assertThat(Check.run(repository).damages())
            .isNotEmpty()
            .allMatch(damage -> damage.where().contains(" of series, /"));
        Files.write(pack, good);
      }
    }
    assertThat(Check.run(repository).damages()).isEmpty();
  }

  @Test
  void a_lost_pack_is_written_again_by_the_next_save() throws Exception {
    var lost = save();
    try (var packs = Files.list(objects.resolve("packs"))) {
      for (var pack : packs.toList()) Files.delete(pack);
    }

    var next = save();

    assertRestorable(next);
    assertThat(Check.run(repository).damages())
        .allMatch(damage -> damage.where().startsWith(lost.id().text()));
  }

  @Test
  void a_store_that_fails_now_and_then_loses_nothing() throws Exception {
    faulty.fails(0.3);

    var first = save();
    RandomTree.change(tree, 3);
    var second = save();
    assertRestorable(second);
    repository.delete(first);
    for (int i = 0; i < 3; i++) {
      new Prune(repository, Clock.systemUTC(), Duration.ZERO, Duration.ofDays(1)).run();
    }

    faulty.fails(0);
    assertThat(Check.run(repository).damages()).isEmpty();
    assertRestorable(repository.newest("series").orElseThrow());
  }

  @Test
  void a_full_store_is_told_and_nothing_that_was_is_lost() throws Exception {
    var first = save();
    RandomTree.change(tree, 4);
    faulty.isFull(true);

    assertThatThrownBy(this::save)
        .isInstanceOf(Problem.Unavailable.class)
        .hasMessageContaining("No space left");

    faulty.isFull(false);
    assertThat(repository.newest("series").orElseThrow().id()).isEqualTo(first.id());
    assertThat(Check.run(repository).damages()).isEmpty();
    assertRestorable(save());
  }

  @Test
  void reads_that_are_cut_short_are_never_taken_for_whole() throws Exception {
    var snapshot = save();
    faulty.truncates(true);

    assertThatThrownBy(() -> new Restore(repository, 2).run(snapshot, here.resolve("target")))
        .isInstanceOfAny(IOException.class, Problem.class);

    faulty.truncates(false);
    assertRestorable(snapshot);
  }

  @Test
  void a_store_that_lists_late_costs_space_and_nothing_else() throws Exception {
    faulty.listsLate(true);
    save();
    RandomTree.change(tree, 5);
    var second = save();
    new Prune(repository, Clock.systemUTC(), Duration.ofHours(1), Duration.ofDays(1)).run();
    faulty.listsLate(false);
    assertThat(Check.run(repository).damages()).isEmpty();
    assertRestorable(second);
  }
}
