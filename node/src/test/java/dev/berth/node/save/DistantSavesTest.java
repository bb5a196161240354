package dev.berth.node.save;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.berth.base.Problem;
import dev.berth.objects.FaultyStore;
import dev.berth.objects.ObjectName;
import dev.berth.objects.bucket.Bucket;
import dev.berth.objects.journal.Journaled;
import dev.berth.objects.memory.MemoryStore;
import dev.berth.objects.s3.S3Options;
import dev.berth.protocol.UserId;
import dev.berth.protocol.WorkspaceId;
import dev.berth.runtime.Saves;
import dev.berth.snapshots.prune.Thinning;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On real files, before an object store that can be made to fail. */
final class DistantSavesTest {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final ObjectName PREFIX = ObjectName.of("berth");

  /** What people are told; the store itself is another. */
  private static final Distant NAMED =
      new Distant(
          new Bucket.S3(
              new S3Options(
                  Optional.empty(), "here", "unused", false, Optional.empty(), Optional.empty())),
          PREFIX);

  private static final Journaled.Pace QUICK = pace(SOON);

  /** For who asks while the store is away: it waits for nothing that comes. */
  private static final Journaled.Pace IMPATIENT = pace(Duration.ofMillis(200));

  private final WorkspaceId fox = WorkspaceId.create("octo", "fox");
  private final UserId ann = UserId.create();

  @TempDir Path here;
  private final MemoryStore bucket = new MemoryStore(Clock.systemUTC());
  private final FaultyStore distant = new FaultyStore(bucket, 3);
  private final List<MachineSaves> opened = new ArrayList<>();
  private Path files;
  private int restores;

  private static Journaled.Pace pace(Duration unknown) {
    return new Journaled.Pace(
        Duration.ZERO,
        Duration.ZERO,
        Duration.ofMillis(200),
        Duration.ofMillis(1),
        Duration.ofMillis(20),
        unknown);
  }

  @BeforeEach
  void make_a_workspace() throws IOException {
    files = here.resolve("one/workspaces").resolve(fox.value()).resolve("files");
    Files.createDirectories(files);
    Files.createDirectories(files.resolveSibling("upper"));
    var noise = new byte[3 << 20];
    new Random(5).nextBytes(noise);
    Files.write(files.resolve("noise"), noise);
    Files.writeString(files.resolve("work"), "one");
  }

  @AfterEach
  void close() {
    opened.forEach(MachineSaves::close);
  }

  /** The saves of a machine, whose files are all in a folder of that name. */
  private MachineSaves machine(String name) {
    return machine(usual(name));
  }

  private SaveOptions usual(String name) {
    return SaveOptions.usual(
        here.resolve(name).resolve("store"), Optional.of(NAMED), new byte[32], Duration.ofHours(1));
  }

  /** Which saves at once, and of which only the newest point stays by itself. */
  private MachineSaves machineWithoutHistory(String name) {
    var saves =
        machine(
            new SaveOptions(
                here.resolve(name).resolve("store"),
                Optional.of(NAMED),
                new byte[32],
                Duration.ofMillis(1),
                SaveOptions.USUAL_LONGEST,
                List.of(),
                List.of(),
                Long.MAX_VALUE,
                new Thinning(Duration.ZERO, Duration.ZERO, Duration.ZERO),
                SaveCounts.unseen()));
    saves.hold(_ -> Set.of());
    return saves;
  }

  private MachineSaves machine(SaveOptions options) {
    return machine(options, QUICK, Clock.systemUTC());
  }

  private MachineSaves machine(SaveOptions options, Journaled.Pace pace, Clock clock) {
    var journaled =
        Journaled.open(
            options.store(),
            new Journaled.Distant(() -> distant, PREFIX, Distant.soundness(options.key())),
            MachineSaves.LEAST_FREE_BYTES,
            pace,
            Clock.systemUTC());
    var saves =
        MachineSaves.open(
            options.store().resolveSibling("workspaces"),
            journaled,
            Optional.of(journaled),
            options,
            clock);
    opened.add(saves);
    return saves;
  }

  private void awaitCarried(MachineSaves saves) {
    await().atMost(SOON).until(() -> lag(saves) == 0);
  }

  private static int lag(MachineSaves saves) {
    return saves.distant().map(Saves.Store::objects).orElseThrow();
  }

  private Path restored(MachineSaves saves) throws Exception {
    var target = here.resolve("restored-" + ++restores);
    saves.restore(saves.newest(fox, ann).orElseThrow(), ann, target);
    return target;
  }

  @Test
  void what_one_machine_saved_is_restored_on_another() throws Exception {
    var one = machine("one");
    one.save(fox, ann);
    awaitCarried(one);
    one.close();

    var other = machine("other");

    assertThat(other.points(fox, ann)).hasSize(1);
    var folder = restored(other).resolve("files");
    assertThat(folder.resolve("work")).hasContent("one");
    assertThat(Files.mismatch(folder.resolve("noise"), files.resolve("noise"))).isEqualTo(-1);
  }

  @Test
  void saves_go_on_while_the_store_is_away_and_are_carried_by_a_successor() throws Exception {
    var one = machine("one");
    one.save(fox, ann);
    awaitCarried(one);
    distant.isAway(true);
    Files.writeString(files.resolve("work"), "two");
    one.save(fox, ann);
    await().atMost(SOON).until(() -> one.distant().orElseThrow().trouble().isPresent());
    assertThat(lag(one)).isPositive();
    one.close();

    var successor = machine("one");
    assertThat(lag(successor)).isPositive();
    distant.isAway(false);
    awaitCarried(successor);
    successor.close();

    assertThat(restored(machine("other")).resolve("files/work")).hasContent("two");
  }

  @Test
  void a_store_that_fails_often_gets_each_save_whole() throws Exception {
    distant.fails(0.3);
    var one = machine("one");
    for (int i = 0; i < 8; i++) {
      Files.writeString(files.resolve("work"), "version " + i);
      one.save(fox, ann);
    }
    distant.fails(0);
    awaitCarried(one);
    one.close();

    var other = machine("other");
    assertThat(other.points(fox, ann)).hasSize(8);
    assertThat(restored(other).resolve("files/work")).hasContent("version 7");
  }

  @Test
  void a_machine_that_does_not_reach_the_store_does_not_begin_anew() throws Exception {
    var one = machine("one");
    one.save(fox, ann);
    awaitCarried(one);
    one.close();
    distant.isAway(true);

    var other = machine(usual("other"), IMPATIENT, Clock.systemUTC());
    assertThatThrownBy(() -> other.newest(fox, ann))
        .isInstanceOf(Problem.Unavailable.class)
        .hasMessageContaining("not known");
    distant.isAway(false);

    await().atMost(SOON).ignoreExceptions().until(() -> other.newest(fox, ann).isPresent());
  }

  @Test
  void a_workspace_that_is_forgotten_is_so_in_the_store_too() throws Exception {
    var one = machine("one");
    one.save(fox, ann);
    awaitCarried(one);

    one.forget(fox, ann);

    await()
        .atMost(SOON)
        .until(() ->
            bucket.list(PREFIX.with(ann + "/snapshots"), Optional.empty()).isEmpty()
                && lag(one) == 0);
  }

  @Test
  void what_was_flipped_in_the_store_is_not_restored_as_if_it_were_well() throws Exception {
    var one = machine("one");
    one.save(fox, ann);
    awaitCarried(one);
    one.close();
    flip();

    var other = machine("other");
    assertThatThrownBy(() -> restored(other)).hasMessageContaining("damaged");

    // The machine that has it on its disk still gives it back.
    assertThat(restored(machine("one")).resolve("files/work")).hasContent("one");
  }

  @Test
  void whatever_is_cut_short_in_the_store_is_sent_once_more_and_holds_nothing_up()
      throws Exception {
    var one = machine("one");
    one.save(fox, ann);
    awaitCarried(one);
    var whole = new HashMap<ObjectName, byte[]>();
    for (var object : bucket.list(PREFIX, Optional.empty())) {
      var bytes = bucket.read(object.name()).orElseThrow();
      whole.put(object.name(), bytes);
      bucket.delete(object.name());
      bucket.putIfAbsent(object.name(), ByteBuffer.wrap(bytes, 0, bytes.length / 2));
    }
    assertThat(whole.keySet())
        .extracting(name -> name.text().split("/")[2])
        .contains("format", "packs", "indexes", "snapshots");

    Files.writeString(files.resolve("work"), "two");
    one.save(fox, ann);

    for (var object : whole.entrySet()) {
      // Between what was cut short and what is whole it is not there for a moment.
      await()
          .atMost(SOON)
          .until(() ->
              bucket
                  .read(object.getKey())
                  .filter(bytes -> Arrays.equals(bytes, object.getValue()))
                  .isPresent());
    }
    awaitCarried(one);
    one.close();
    assertThat(restored(machine("other")).resolve("files/work")).hasContent("two");
  }

  @Test
  void a_check_reads_what_only_the_store_has_and_keeps_nothing_of_it() throws Exception {
    var one = machine("one");
    one.save(fox, ann);
    awaitCarried(one);
    one.close();

    var other = machine("other");
    var sound = other.proofs().check(ann, false);
    flip();
    var damaged = other.proofs().check(ann, false);

    assertThat(sound.damages()).isEmpty();
    assertThat(sound.points()).isEqualTo(1);
    assertThat(damaged.damages()).isNotEmpty();
    assertThat(here.resolve("other/store").resolve(ann.toString())).doesNotExist();
  }

  @Test
  void what_the_disk_damaged_or_lost_a_check_has_from_the_bucket_and_tells() throws Exception {
    var one = machine("one");
    one.save(fox, ann);
    awaitCarried(one);
    var objects = ownObjects("one");
    assertThat(objects).hasSizeGreaterThan(3);
    for (var object : objects) {
      if (object.toString().contains("/packs/")) Files.delete(object);
      else flip(object);
    }

    var health = one.proofs().check(ann, false);

    assertThat(health.damages()).isEmpty();
    assertThat(health.points()).isEqualTo(1);
    assertThat(health.healed())
        .extracting(healed -> healed.where().replaceFirst("/.*", ""))
        .contains("format", "indexes", "snapshots");
    assertThat(one.proofs().check(ann, false).healed()).isEmpty();
    assertThat(restored(one).resolve("files/work")).hasContent("one");
  }

  @Test
  void a_restore_that_meets_damage_on_the_disk_goes_on_with_the_buckets_copy() throws Exception {
    var one = machine("one");
    one.save(fox, ann);
    awaitCarried(one);
    for (var object : ownObjects("one")) flip(object);

    assertThat(restored(one).resolve("files/work")).hasContent("one");

    distant.isAway(true);
    assertThat(restored(one).resolve("files/noise")).hasSize(3 << 20); // from the disk again
  }

  @Test
  void what_is_damaged_in_the_bucket_is_found_only_when_that_is_read_and_sent_once_more()
      throws Exception {
    var before = machine("one");
    before.save(fox, ann);
    awaitCarried(before);
    before.close(); // else it may put whole what it sees missing in the middle of the flip
    flip();

    var one = machine("one");
    assertThat(one.proofs().check(ann, false).healed()).isEmpty();
    var health = one.proofs().check(ann, true);

    assertThat(health.damages()).isEmpty();
    assertThat(health.healed())
        .isNotEmpty()
        .allMatch(healed -> healed.where().startsWith("packs/"))
        .allMatch(healed -> healed.what().contains("in the bucket"));
    awaitCarried(one);
    one.close();
    assertThat(restored(machine("other")).resolve("files/work")).hasContent("one");
  }

  @Test
  void what_the_disk_lost_while_the_bucket_is_away_is_deleted_in_neither() throws Exception {
    var first = machine("one");
    first.save(fox, ann);
    awaitCarried(first);
    first.close();
    for (var object : ownObjects("one")) {
      if (object.toString().contains("/snapshots/")) Files.delete(object);
    }
    distant.isAway(true);

    // A prune finds that nobody needs the packs, the next deletes them.
    for (int hours = 3; hours < 10; hours += 3) {
      var later = Clock.offset(Clock.systemUTC(), Duration.ofHours(hours));
      var one = machine(usual("one"), IMPATIENT, later);
      one.prune(ann);
      one.close();
    }
    distant.isAway(false);
    var one = machine("one");
    await().atMost(SOON).until(() -> one.points(fox, ann).size() == 1);
    awaitCarried(one);
    one.close();

    var other = machine("other");
    assertThat(other.points(fox, ann)).hasSize(1);
    assertThat(other.proofs().check(ann, false).damages()).isEmpty();
  }

  @Test
  void what_nobody_needs_goes_from_the_bucket_when_it_is_reached() throws Exception {
    var one = machine(usual("one"), QUICK, Clock.offset(Clock.systemUTC(), Duration.ofHours(3)));
    one.save(fox, ann);
    awaitCarried(one);
    one.forget(fox, ann);
    var waits = PREFIX.with(ann + "/waits");
    await().atMost(SOON).until(() -> !bucket.list(waits, Optional.empty()).isEmpty());

    one.prune(ann);

    awaitCarried(one);
    assertThat(bucket.list(PREFIX.with(ann + "/packs"), Optional.empty())).isEmpty();
  }

  private List<Path> ownObjects(String machine) throws IOException {
    try (var all = Files.walk(here.resolve(machine + "/store").resolve(ann.toString()))) {
      return all.filter(Files::isRegularFile).toList();
    }
  }

  private static void flip(Path object) throws IOException {
    var bytes = Files.readAllBytes(object);
    bytes[bytes.length / 2] ^= 1;
    Files.write(object, bytes);
  }

  @Test
  void a_point_that_was_to_stay_does_so_on_another_machine() throws Exception {
    var one = machine("one");
    var first = one.save(fox, ann).id();
    one.keep(fox, ann, first);
    Files.writeString(files.resolve("work"), "two");
    var second = one.save(fox, ann).id();
    awaitCarried(one);
    one.close();
    var there = here.resolve("other/workspaces").resolve(fox.value());
    Files.createDirectories(there.resolve("upper"));
    Files.writeString(Files.createDirectory(there.resolve("files")).resolve("work"), "three");

    var other = machineWithoutHistory("other");
    assertThat(other.points(fox, ann)).extracting(Saves.Point::kept).containsExactly(false, true);
    other.mayHaveChanged(fox, ann);

    await()
        .atMost(SOON)
        .untilAsserted(() ->
            assertThat(other.points(fox, ann))
                .extracting(Saves.Point::id)
                .hasSize(2)
                .contains(first)
                .doesNotContain(second));
  }

  private void flip() throws Exception {
    for (var pack : bucket.list(PREFIX.with(ann + "/packs"), Optional.empty())) {
      var bytes = bucket.read(pack.name()).orElseThrow();
      bytes[bytes.length / 2] ^= 1;
      bucket.delete(pack.name());
      bucket.putIfAbsent(pack.name(), ByteBuffer.wrap(bytes));
    }
  }
}
