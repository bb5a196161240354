package dev.berth.snapshots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.base.Problem;
import dev.berth.objects.Listing;
import dev.berth.objects.ObjectInfo;
import dev.berth.objects.ObjectName;
import dev.berth.objects.ObjectStore;
import dev.berth.objects.memory.MemoryStore;
import dev.berth.objects.wrap.Forwarding;
import dev.berth.snapshots.format.Names;
import dev.berth.snapshots.format.OwnerKeys;
import dev.berth.snapshots.format.Snapshot;
import dev.berth.snapshots.prune.Check;
import dev.berth.snapshots.prune.Prune;
import dev.berth.snapshots.repository.Repository;
import dev.berth.snapshots.restore.Restore;
import dev.berth.snapshots.save.Save;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PruneTest {
  private static final Duration GRACE = Duration.ofHours(1);

  @TempDir Path here;
  private Path tree;
  private final HandClock clock = new HandClock();
  private final MemoryStore store = new MemoryStore(clock);
  private Repository repository;

  /** A clock that goes when it is told to. */
  private static final class HandClock extends Clock {
    private Instant now = Instant.now().plusSeconds(3600);

    void pass(Duration time) {
      now = now.plus(time);
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  /** Does something once, before the snapshot of a save is written. */
  private static final class BeforeCommit extends Forwarding {
    private interface Deed {
      void run() throws Exception;
    }

    private Optional<Deed> deed;

    BeforeCommit(ObjectStore store, Deed deed) {
      super(store);
      this.deed = Optional.of(deed);
    }

    @Override
    public boolean putIfAbsent(ObjectName name, ByteBuffer bytes)
        throws IOException, InterruptedException {
      if (name.isIn(Names.SNAPSHOTS) && deed.isPresent()) {
        var now = deed.get();
        deed = Optional.empty();
        try {
          now.run();
        } catch (Exception e) {
          throw new IllegalStateException(e);
        }
      }
      return super.putIfAbsent(name, bytes);
    }
  }

  @BeforeEach
  void open() throws Exception {
    tree = Files.createDirectory(here.resolve("tree"));
    repository = Repository.open(store, OwnerKeys.of(new byte[32], "octo"));
  }

  private Snapshot save() throws Exception {
    clock.pass(Duration.ofMinutes(1));
    return new Save(repository, clock, 2).run(tree, "series");
  }

  private Prune.Report prune() throws Exception {
    return new Prune(repository, clock, GRACE, Duration.ofDays(1)).run();
  }

  private void pruneWholly() throws Exception {
    for (int i = 0; i < 3; i++) {
      clock.pass(GRACE.plusMinutes(1));
      prune();
    }
  }

  private long storedBytes() throws Exception {
    return Listing.all(store, Names.PACKS).stream().mapToLong(ObjectInfo::sizeBytes).sum();
  }

  private void random(String name, int bytes) throws Exception {
    var content = new byte[bytes];
    new Random(name.hashCode() + bytes).nextBytes(content);
    Files.write(tree.resolve(name), content);
  }

  private void assertRestorable(Snapshot snapshot) throws Exception {
    var target = here.resolve("restored-" + snapshot.id());
    assertThat(new Restore(repository, 2).run(snapshot, target)).isEmpty();
    assertThat(Rsync.differences(tree, target)).isEmpty();
    assertThat(Check.run(repository).damages()).isEmpty();
  }

  @Test
  void what_no_snapshot_needs_is_deleted_and_all_else_stays() throws Exception {
    random("a", 3_000_000);
    random("b", 3_000_000);
    var first = save();
    Files.delete(tree.resolve("a"));
    random("c", 3_000_000);
    var second = save();
    repository.delete(first);

    pruneWholly();

    assertThat(storedBytes()).isBetween(6_000_000L, 6_200_000L);
    assertRestorable(second);
    assertThat(Listing.all(store, Names.CONDEMNED)).isEmpty();
    assertThat(Listing.all(store, Names.WAITS)).isEmpty();
  }

  @Test
  void what_is_condemned_stays_for_the_grace() throws Exception {
    random("a", 3_000_000);
    var first = save();
    Files.delete(tree.resolve("a"));
    save();
    repository.delete(first);
    clock.pass(GRACE);

    assertThat(prune().condemned()).isPositive();
    long before = storedBytes();
    clock.pass(GRACE.minusMinutes(1));
    assertThat(prune().deleted()).isZero();
    assertThat(storedBytes()).isEqualTo(before);
    clock.pass(Duration.ofMinutes(1));
    assertThat(prune().deleted()).isPositive();
  }

  @Test
  void a_save_after_the_sentence_does_not_count_on_condemned_packs() throws Exception {
    random("a", 3_000_000);
    var first = save();
    Files.delete(tree.resolve("a"));
    save();
    repository.delete(first);
    clock.pass(GRACE);
    prune();
    random("a", 3_000_000);

    var again = save();

    assertThat(again.totals().newBytes()).isGreaterThan(3_000_000);
    pruneWholly();
    assertRestorable(again);
  }

  @Test
  void a_save_that_began_before_the_sentence_keeps_what_it_uses() throws Exception {
    random("a", 3_000_000);
    var first = save();
    Files.delete(tree.resolve("a"));
    save();
    repository.delete(first);
    clock.pass(GRACE);
    random("a", 3_000_000); // the pack of the first snapshot still has it
    var slow =
        new Repository(
            new BeforeCommit(
                store,
                () -> {
                  assertThat(prune().condemned()).isPositive();
                  clock.pass(GRACE.plusMinutes(1));
                  assertThat(prune().deleted()).isZero(); // waits for us
                }),
            repository.keys());

    var snapshot = new Save(slow, clock, 2).run(tree, "series");

    assertThat(snapshot.totals().newBytes()).isLessThan(1_000_000);
    pruneWholly();
    assertRestorable(snapshot);
  }

  @Test
  void a_save_that_never_ends_is_revoked_and_can_not_end_any_more() throws Exception {
    random("a", 1_000_000);
    var slow =
        new Repository(
            new BeforeCommit(
                store,
                () -> {
                  clock.pass(Duration.ofDays(2));
                  pruneWholly();
                }),
            repository.keys());

    assertThatThrownBy(() -> new Save(slow, clock, 2).run(tree, "series"))
        .isInstanceOf(Problem.Conflict.class);

    assertThat(repository.newest("series")).isEmpty();
    assertRestorable(save());
  }

  @Test
  void many_small_packs_become_few() throws Exception {
    for (int i = 0; i < 20; i++) {
      random("file" + i, 50_000);
      save();
    }
    var last = save();
    assertThat(Listing.all(store, Names.PACKS)).hasSizeGreaterThan(30);

    pruneWholly();

    assertThat(Listing.all(store, Names.PACKS)).hasSizeLessThan(5);
    assertThat(Listing.all(store, Names.INDEXES)).hasSizeLessThan(5);
    assertRestorable(last);
    for (var snapshot : repository.snapshots("series")) {
      new Restore(repository, 1).run(snapshot, here.resolve("r" + snapshot.id()));
    }
  }

  @Test
  void a_restore_that_a_prune_overtakes_finds_what_was_moved() throws Exception {
    for (int i = 0; i < 20; i++) {
      random("file" + i, 50_000);
      save();
    }
    var last = save();
    var overtaken =
        new ObjectStoreThatPrunes(() -> {
          pruneWholly();
          return Optional.empty();
        });

    new Restore(new Repository(overtaken, repository.keys()), 1)
        .run(last, here.resolve("restored"));

    assertThat(Rsync.differences(tree, here.resolve("restored"))).isEmpty();
  }

  /** Prunes before the first range of a pack is read. */
  private final class ObjectStoreThatPrunes implements ObjectStore {
    private Optional<java.util.concurrent.Callable<Optional<String>>> deed;
    private int reads;

    ObjectStoreThatPrunes(java.util.concurrent.Callable<Optional<String>> deed) {
      this.deed = Optional.of(deed);
    }

    @Override
    public Optional<byte[]> read(ObjectName name, long offset, int length) {
      if (reads++ == 3 && deed.isPresent()) {
        var now = deed.get();
        deed = Optional.empty();
        try {
          now.call();
        } catch (Exception e) {
          throw new IllegalStateException(e);
        }
      }
      return store.read(name, offset, length);
    }

    @Override
    public boolean putIfAbsent(ObjectName name, ByteBuffer bytes) {
      return store.putIfAbsent(name, bytes);
    }

    @Override
    public Optional<byte[]> read(ObjectName name) {
      return store.read(name);
    }

    @Override
    public Optional<ObjectInfo> find(ObjectName name) {
      return store.find(name);
    }

    @Override
    public List<ObjectInfo> list(ObjectName folder, Optional<ObjectName> after) {
      return store.list(folder, after);
    }

    @Override
    public void delete(ObjectName name) {
      store.delete(name);
    }
  }
}
