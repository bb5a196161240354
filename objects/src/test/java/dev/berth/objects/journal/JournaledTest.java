package dev.berth.objects.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.berth.base.process.Command;
import dev.berth.objects.FaultyStore;
import dev.berth.objects.Listing;
import dev.berth.objects.ObjectInfo;
import dev.berth.objects.ObjectName;
import dev.berth.objects.ObjectStore;
import dev.berth.objects.ObjectStoreContract;
import dev.berth.objects.folder.FolderStore;
import dev.berth.objects.memory.MemoryStore;
import dev.berth.objects.wrap.Under;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A folder before a store in memory that can be made to fail. */
final class JournaledTest extends ObjectStoreContract {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final Journaled.Pace QUICK =
      new Journaled.Pace(
          Duration.ZERO,
          Duration.ZERO,
          Duration.ofHours(1),
          Duration.ofMillis(1),
          Duration.ofMillis(20),
          Duration.ofSeconds(5));
  private static final Journaled.Pace OFTEN_LISTING =
      new Journaled.Pace(
          Duration.ZERO,
          Duration.ZERO,
          Duration.ofMillis(20),
          Duration.ofMillis(1),
          Duration.ofMillis(20),
          Duration.ofSeconds(5));

  /** Nobody waits for long for what is not told. */
  private static final Journaled.Pace IMPATIENT =
      new Journaled.Pace(
          Duration.ZERO,
          Duration.ZERO,
          Duration.ofMillis(20),
          Duration.ofMillis(1),
          Duration.ofMillis(20),
          Duration.ofMillis(50));

  private static final long RESERVE = 8 << 20;
  private static final ObjectName PREFIX = ObjectName.of("installations/one");
  private static final ObjectName NAME = ObjectName.of("ann/packs/a");

  @TempDir Path here;
  private final MemoryStore bucket = new MemoryStore(Clock.systemUTC());
  private final FaultyStore distant = new FaultyStore(bucket, 7);
  private final List<Journaled> opened = new ArrayList<>();

  @AfterEach
  void close() {
    opened.forEach(Journaled::close);
  }

  @Override
  protected ObjectStore store() {
    return open("here", QUICK);
  }

  private Journaled open(String folder, Journaled.Pace pace) {
    var journaled =
        Journaled.open(
            here.resolve(folder),
            new Journaled.Distant(
                () -> distant,
                PREFIX,
                (_, bytes) -> bytes.length == 0 || bytes[0] != '!'), // damaged ones begin so
            RESERVE,
            pace,
            Clock.systemUTC());
    opened.add(journaled);
    return journaled;
  }

  private static void awaitCarried(Journaled journaled) {
    await().atMost(SOON).until(() -> journaled.lag().objects() == 0);
  }

  private List<String> there() throws Exception {
    return Listing.all(bucket, PREFIX).stream()
        .map(ObjectInfo::name)
        .map(name -> name.text().substring(PREFIX.text().length() + 1))
        .toList();
  }

  private static void put(ObjectStore store, String name) throws Exception {
    assertThat(store.putIfAbsent(ObjectName.of(name), bytes("of " + name))).isTrue();
  }

  @Test
  void what_is_written_and_deleted_here_is_so_there_soon() throws Exception {
    var store = open("here", QUICK);
    put(store, "ann/packs/a");
    put(store, "ann/packs/b");
    put(store, "ann/snapshots/s");
    awaitCarried(store);
    store.delete(ObjectName.of("ann/packs/a"));
    awaitCarried(store);

    assertThat(there()).containsExactly("ann/packs/b", "ann/snapshots/s");
    assertThat(store.lag()).isEqualTo(new Lag(0, 0, Optional.empty(), Optional.empty()));
  }

  @Test
  void while_the_store_is_away_all_goes_on_and_the_lag_is_told() throws Exception {
    var store = open("here", QUICK);
    put(store, "ann/packs/a");
    awaitCarried(store);
    distant.isAway(true);

    put(store, "ann/packs/b");
    put(store, "ann/packs/c");
    await().atMost(SOON).until(() -> store.lag().trouble().isPresent());

    assertThat(store.list(ObjectName.of("ann"), Optional.empty())).hasSize(3);
    assertThat(store.lag().objects()).isEqualTo(2);
    assertThat(store.lag().bytes()).isEqualTo(2L * "of ann/packs/b".length());
    assertThat(store.lag().since()).isPresent();
    assertThat(store.lag().trouble().orElseThrow()).contains("away");
    distant.isAway(false);
    awaitCarried(store);
    assertThat(there()).hasSize(3);
    await().atMost(SOON).until(() -> store.lag().trouble().isEmpty());
  }

  @Test
  void what_a_killed_server_did_not_carry_its_successor_does() throws Exception {
    var killed = open("here", QUICK);
    put(killed, "ann/packs/a");
    awaitCarried(killed);
    distant.isAway(true);
    put(killed, "ann/packs/b");
    killed.delete(NAME);
    killed.close();
    var ledger = here.resolve("here/.ledger");
    Files.writeString(ledger, "- ann/pac", StandardOpenOption.APPEND); // cut off in the middle

    var successor = open("here", QUICK);
    assertThat(successor.lag().objects()).isEqualTo(2);
    assertThat(successor.list(ObjectName.of("ann"), Optional.empty())).hasSize(1);
    distant.isAway(false);
    awaitCarried(successor);

    assertThat(there()).containsExactly("ann/packs/b");
  }

  @Test
  void a_store_that_fails_now_and_then_and_lists_late_has_all_in_the_end() throws Exception {
    distant.fails(0.3);
    distant.listsLate(true);
    var store = open("here", OFTEN_LISTING);
    for (int i = 0; i < 60; i++) {
      put(store, "ann/packs/" + i);
      put(store, "ann/snapshots/" + i);
      if (i % 3 == 0) store.delete(ObjectName.of("ann/packs/" + i));
    }
    distant.fails(0);
    distant.listsLate(false);

    await()
        .atMost(SOON)
        .untilAsserted(() ->
            assertThat(there())
                .containsExactlyElementsOf(
                    Listing.all(store, ObjectName.of("ann")).stream()
                        .map(info -> info.name().text())
                        .toList())
                .hasSize(100));
  }

  @Test
  void a_full_store_is_told_and_has_all_once_there_is_room() throws Exception {
    var store = open("here", QUICK);
    put(store, "ann/packs/a");
    awaitCarried(store);
    distant.isFull(true);
    put(store, "ann/packs/b");

    await().atMost(SOON).until(() -> store.lag().trouble().isPresent());
    assertThat(store.lag().trouble().orElseThrow()).contains("No space left");
    distant.isFull(false);

    awaitCarried(store);
    assertThat(there()).hasSize(2);
  }

  @Test
  void another_machine_fetches_what_it_reads_and_has_it_then() throws Exception {
    var one = open("here", QUICK);
    put(one, "ann/packs/a");
    put(one, "ann/snapshots/s");
    awaitCarried(one);
    one.close();

    var other = open("elsewhere", QUICK);
    assertThat(other.list(ObjectName.of("ann"), Optional.empty())).hasSize(2);
    assertThat(other.read(NAME, 3, 3).map(String::new)).hasValue("ann");
    distant.isAway(true);

    assertThat(other.read(NAME).map(String::new)).hasValue("of ann/packs/a");
    assertThat(other.list(ObjectName.of("ann"), Optional.empty())).hasSize(2);
    assertThat(other.putIfAbsent(ObjectName.of("ann/snapshots/s"), bytes("x"))).isFalse();
  }

  @Test
  void what_is_fetched_leaves_the_reserve_of_the_disk_free() throws Exception {
    for (int i = 0; i < 10; i++) {
      bucket.putIfAbsent(
          PREFIX.with("ann/packs/" + i), ByteBuffer.wrap(new byte[1 << 20]).put(0, (byte) i));
    }
    var disk = Files.createDirectories(here.resolve("small"));
    Command.of("mount", "-t", "tmpfs", "-o", "size=12m", "none", disk.toString())
        .orProblem("root?");
    try (var store = open("small", QUICK)) {
      for (int i = 0; i < 10; i++) {
        var name = ObjectName.of("ann/packs/" + i);
        assertThat(store.read(name, 0, 2)).hasValue(new byte[] {(byte) i, 0});
        assertThat(store.read(name).orElseThrow()).hasSize(1 << 20).startsWith(i);
      }

      assertThat(Files.getFileStore(disk).getUsableSpace()).isBetween(RESERVE, RESERVE + (2 << 20));
    } finally {
      Command.of("umount", disk.toString()).orProblem("see mount");
    }
  }

  @Test
  void who_reads_all_once_keeps_none_of_it_and_gets_what_is_damaged_as_it_is() throws Exception {
    put(new Under(bucket, PREFIX), NAME.text());
    bucket.putIfAbsent(PREFIX.with("ann/packs/b"), bytes("!amaged"));
    var store = open("here", QUICK);

    var unkept = store.unkept(_ -> {});

    assertThat(unkept.read(NAME).map(String::new)).hasValue("of ann/packs/a");
    assertThat(unkept.read(NAME, 3, 3).map(String::new)).hasValue("ann");
    assertThat(unkept.read(ObjectName.of("ann/packs/b")).map(String::new)).hasValue("!amaged");
    assertThat(unkept.read(ObjectName.of("ann/packs/c"))).isEmpty();
    assertThat(here.resolve("here/ann")).doesNotExist();
  }

  @Test
  void what_is_deleted_while_it_is_fetched_does_not_come_back() throws Exception {
    put(new Under(bucket, PREFIX), NAME.text());
    distant.beforeReads(() -> opened.getLast().delete(NAME));
    var store = open("here", QUICK);

    store.read(NAME);

    assertThat(here.resolve("here").resolve(NAME.text())).doesNotExist();
    assertThat(store.read(NAME)).isEmpty();
    awaitCarried(store);
    assertThat(there()).isEmpty();
  }

  @Test
  void a_machine_that_never_saw_what_is_there_does_not_take_it_for_nothing() throws Exception {
    put(new Under(bucket, PREFIX), "ann/packs/a");
    distant.isAway(true);
    var store = open("here", IMPATIENT);

    assertThatThrownBy(() -> store.list(ObjectName.of("ann"), Optional.empty()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("did not tell");
    assertThatThrownBy(() -> store.read(NAME)).isInstanceOf(IOException.class);
    distant.isAway(false);

    await().atMost(SOON).ignoreExceptions().until(() -> store.read(NAME).isPresent());
  }

  @Test
  void what_was_here_before_there_was_a_distant_store_is_carried_too() throws Exception {
    put(FolderStore.open(here.resolve("here")), "ann/packs/a");

    var store = open("here", QUICK);

    await().atMost(SOON).until(() -> there().size() == 1 && store.lag().objects() == 0);
  }

  @Test
  void what_is_cut_short_there_is_sent_once_more() throws Exception {
    var store = open("here", OFTEN_LISTING);
    put(store, "ann/packs/a");
    awaitCarried(store);
    var name = PREFIX.with(NAME.text());
    bucket.delete(name);
    bucket.putIfAbsent(name, bytes("!"));

    await()
        .atMost(SOON)
        .until(() -> bucket.read(name).map(String::new).equals(Optional.of("of ann/packs/a")));
  }

  @Test
  void what_comes_damaged_is_neither_believed_nor_kept() throws Exception {
    var name = PREFIX.with(NAME.text());
    bucket.putIfAbsent(name, bytes("!amaged"));
    var store = open("here", QUICK);

    assertThatThrownBy(() -> store.read(NAME))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("damaged");
    bucket.delete(name);
    bucket.putIfAbsent(name, bytes("good"));

    assertThat(store.read(NAME).map(String::new)).hasValue("good");
  }

  @Test
  void what_cannot_be_read_here_is_told_and_keeps_nothing_else_from_being_carried()
      throws Exception {
    var store = open("here", OFTEN_LISTING);
    put(store, "ann/packs/first");
    awaitCarried(store);
    distant.isAway(true);
    put(store, "ann/snapshots/stuck"); // so that those after it are not read yet
    put(store, "ann/packs/a");
    put(store, "ann/packs/b");
    put(store, "ann/snapshots/s");
    var file = here.resolve("here").resolve(NAME.text());
    Files.delete(file);
    Files.createDirectory(file); // which opens, and does not read
    distant.isAway(false);

    await().atMost(SOON).until(() -> there().contains("ann/snapshots/s"));
    assertThat(there()).contains("ann/packs/b").doesNotContain("ann/packs/a");
    await().atMost(SOON).until(() -> store.lag().objects() == 1);
    await()
        .atMost(SOON)
        .until(() -> store.lag().trouble().filter(is -> is.contains(NAME.text())).isPresent());

    Files.delete(file);
    Files.writeString(file, "of ann/packs/a"); // the disk is mended
    awaitCarried(store);
    assertThat(there()).contains("ann/packs/a");
    await().atMost(SOON).until(() -> store.lag().trouble().isEmpty());
  }

  @Test
  void what_is_damaged_here_is_told_until_it_is_deleted() throws Exception {
    var store = open("here", QUICK);
    assertThat(store.putIfAbsent(NAME, bytes("!amaged"))).isTrue();
    put(store, "ann/packs/b");

    await().atMost(SOON).until(() -> there().contains("ann/packs/b"));
    await().atMost(SOON).until(() -> store.lag().objects() == 1);
    assertThat(store.lag().trouble().orElseThrow()).contains("damaged on this machine's disk");
    store.delete(NAME);

    awaitCarried(store);
    assertThat(there()).containsExactly("ann/packs/b");
    assertThat(store.lag().trouble()).isEmpty();
  }

  @Test
  void what_is_deleted_before_it_was_carried_never_is() throws Exception {
    var store = open("here", QUICK);
    put(store, "ann/packs/a");
    awaitCarried(store);
    distant.isAway(true);
    put(store, "ann/packs/b"); // at which the carrier gets stuck
    await().atMost(SOON).until(() -> store.lag().trouble().isPresent());

    put(store, "ann/saves/x");
    store.delete(ObjectName.of("ann/saves/x"));

    assertThat(store.lag().objects()).isEqualTo(1);
  }

  @Test
  void a_writer_that_is_interrupted_does_no_harm_to_the_next() throws Exception {
    var store = open("here", QUICK);
    put(store, "ann/packs/a");
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> store.putIfAbsent(ObjectName.of("ann/packs/b"), bytes("b")))
        .isInstanceOf(IOException.class);
    assertThat(Thread.interrupted()).isTrue();

    put(store, "ann/packs/c");
    awaitCarried(store);

    assertThat(there()).containsExactly("ann/packs/a", "ann/packs/c");
  }

  @Test
  void somebody_else_who_writes_there_is_told_of() throws Exception {
    var store = open("here", QUICK);
    put(store, "ann/packs/a");
    awaitCarried(store);
    bucket.putIfAbsent(PREFIX.with("ann/format"), ByteBuffer.wrap(new byte[9]));

    put(store, "ann/format");

    await()
        .atMost(SOON)
        .until(() -> store.lag().trouble().filter(words -> words.contains("else")).isPresent());
    put(store, "ann/packs/b");
    await().atMost(SOON).until(() -> there().contains("ann/packs/b"));
    assertThat(store.lag().objects()).isEqualTo(1);
  }

  // ---- healing

  private Path file(ObjectName name) {
    return here.resolve("here").resolve(name.text());
  }

  private void damageThere(ObjectName name) throws Exception {
    bucket.delete(PREFIX.with(name.text()));
    bucket.putIfAbsent(PREFIX.with(name.text()), bytes("!f " + name.text()));
  }

  @Test
  void what_is_met_damaged_here_is_had_from_the_store_once_that_answers() throws Exception {
    var store = open("here", QUICK);
    put(store, NAME.text());
    awaitCarried(store);
    Files.writeString(file(NAME), "!f ann/packs/a");
    distant.isAway(true);

    assertThat(store.heal(NAME)).isFalse();
    assertThat(file(NAME)).hasContent("!f ann/packs/a");
    distant.isAway(false);

    var met = new ArrayList<ObjectName>();
    assertThat(store.unkept(met::add).heal(NAME)).isTrue();
    assertThat(met).containsExactly(NAME);
    assertThat(file(NAME)).hasContent("of ann/packs/a");
    assertThat(store.read(NAME).map(String::new)).hasValue("of ann/packs/a");
  }

  @Test
  void what_is_damaged_in_both_or_only_here_is_not_healed_and_stays_as_it_is() throws Exception {
    var store = open("here", QUICK);
    put(store, NAME.text());
    awaitCarried(store);
    Files.writeString(file(NAME), "!");
    damageThere(NAME);

    assertThat(store.heal(NAME)).isFalse();
    bucket.delete(PREFIX.with(NAME.text()));
    assertThat(store.heal(NAME)).isFalse();
    assertThat(store.heal(ObjectName.of("ann/packs/none"))).isFalse();
    assertThat(file(NAME)).hasContent("!");
    assertThat(file(ObjectName.of("ann/packs/none"))).doesNotExist();
  }

  @Test
  void what_is_deleted_while_it_is_healed_does_not_come_back() throws Exception {
    var store = open("here", QUICK);
    put(store, NAME.text());
    awaitCarried(store);
    Files.writeString(file(NAME), "!");
    distant.beforeReads(() -> store.delete(NAME));

    assertThat(store.heal(NAME)).isFalse();
    assertThat(file(NAME)).doesNotExist();
  }

  @Test
  void what_the_disk_cut_short_is_whole_again_by_itself() throws Exception {
    var store = open("here", OFTEN_LISTING);
    put(store, NAME.text());
    awaitCarried(store);
    Files.writeString(file(NAME), "!");

    await().atMost(SOON).until(() -> Files.readString(file(NAME)).equals("of ann/packs/a"));
    awaitCarried(store);
    assertThat(store.lag().trouble()).isEmpty();
  }

  @Test
  void what_the_disk_has_lost_is_known_to_be_there_after_a_comparison_that_is_asked_for()
      throws Exception {
    var store = open("here", QUICK);
    put(store, NAME.text());
    awaitCarried(store);
    Files.delete(file(NAME));
    assertThat(store.read(NAME)).isEmpty();

    store.compare();

    assertThat(store.list(ObjectName.of("ann"), Optional.empty())).hasSize(1);
    assertThat(store.read(NAME).map(String::new)).hasValue("of ann/packs/a");
    assertThat(file(NAME)).exists();
  }

  @Test
  void a_comparison_that_is_asked_for_while_the_store_is_away_keeps_nobody_waiting_for_long()
      throws Exception {
    var impatient =
        new Journaled.Pace(
            Duration.ZERO,
            Duration.ZERO,
            Duration.ofHours(1),
            Duration.ofMillis(1),
            Duration.ofMillis(20),
            Duration.ofMillis(50));
    distant.isAway(true);
    var store = open("here", impatient);

    store.compare();

    assertThat(store.heal(NAME)).isFalse();
  }

  /** After a failure it waits for an hour. */
  private static final Journaled.Pace PATIENT =
      new Journaled.Pace(
          Duration.ZERO,
          Duration.ZERO,
          Duration.ofHours(1),
          Duration.ofHours(1),
          Duration.ofHours(1),
          Duration.ofSeconds(5));

  @Test
  void one_owner_whose_objects_are_not_taken_keeps_no_other_waiting_and_is_told_all_the_while()
      throws Exception {
    var store = open("here", PATIENT);
    assertThat(store.compare()).isTrue();
    distant.refuses("/ann/");
    put(store, "ann/packs/a");
    await().atMost(SOON).until(() -> store.lag().trouble().isPresent());

    for (int i = 0; i < 5; i++) {
      put(store, "bob/packs/" + i);
      await().atMost(SOON).until(() -> store.lag().objects() == 1);
      assertThat(store.lag().trouble().orElseThrow()).contains("403 for /ann/");
    }

    assertThat(there()).hasSize(5).allMatch(name -> name.startsWith("bob/"));
  }

  @Test
  void an_owner_whose_objects_are_taken_again_is_no_trouble_any_more() throws Exception {
    var store = open("here", QUICK);
    distant.refuses("/ann/");
    put(store, "ann/packs/a");
    await().atMost(SOON).until(() -> store.lag().trouble().isPresent());

    distant.refuses("");

    awaitCarried(store);
    await().atMost(SOON).until(() -> store.lag().trouble().isEmpty());
    assertThat(there()).containsExactly("ann/packs/a");
  }

  @Test
  void a_store_that_lists_nothing_is_told_and_takes_what_is_written_all_the_same()
      throws Exception {
    var store = open("here", QUICK);
    assertThat(store.compare()).isTrue();
    store.close();
    distant.refusesLists(true);

    var successor = open("here", PATIENT);
    put(successor, "ann/packs/a");

    awaitCarried(successor);
    assertThat(successor.lag().trouble().orElseThrow()).contains("403 for lists");
    assertThat(successor.compare()).isFalse();
    distant.refusesLists(false);
    assertThat(successor.compare()).isTrue();
    assertThat(successor.lag().trouble()).isEmpty();
  }

  @Test
  void what_is_damaged_there_and_whole_here_is_sent_once_more() throws Exception {
    var store = open("here", QUICK);
    put(store, NAME.text());
    put(store, "ann/packs/b");
    put(store, "bob/packs/c");
    awaitCarried(store);
    damageThere(NAME);
    damageThere(ObjectName.of("bob/packs/c"));

    var met = new ArrayList<ObjectName>();
    int read = store.healAfar(ObjectName.of("ann"), met::add);

    assertThat(read).isEqualTo(2);
    assertThat(met).containsExactly(NAME);
    awaitCarried(store);
    assertThat(bucket.read(PREFIX.with(NAME.text())).map(String::new)).hasValue("of ann/packs/a");
    assertThat(bucket.read(PREFIX.with("bob/packs/c")).map(String::new))
        .hasValue("!f bob/packs/c"); // another owner's, who did not ask
  }
}
