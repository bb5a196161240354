package dev.berth.objects.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.base.process.Command;
import dev.berth.objects.ObjectInfo;
import dev.berth.objects.ObjectName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LedgerTest {
  private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
  private static final ObjectName A = ObjectName.of("ann/packs/a");
  private static final ObjectName C = ObjectName.of("ann/packs/c");
  private static final ObjectName B = ObjectName.of("ann/packs/b");

  @TempDir Path here;

  private Ledger open() throws IOException {
    return open(Duration.ZERO, Clock.systemUTC());
  }

  private Ledger open(Duration linger, Clock clock) throws IOException {
    return Ledger.open(here.resolve("ledger"), linger, clock);
  }

  private static Clock at(Instant now) {
    return Clock.fixed(now, ZoneOffset.UTC);
  }

  private static ObjectInfo info(ObjectName name) {
    return new ObjectInfo(name, 7, Instant.EPOCH);
  }

  @Test
  void what_is_there_is_seen_at_each_moment_of_learning_it_anew() throws Exception {
    try (var ledger = open()) {
      ledger.learn(Map.of(A, info(A)));
      var seen = new HashMap<ObjectName, Boolean>();
      var listed =
          new HashMap<ObjectName, ObjectInfo>(Map.of(A, info(A))) {
            private static final long serialVersionUID = 1;

            @Override
            public void forEach(BiConsumer<? super ObjectName, ? super ObjectInfo> each) {
              seen.put(A, ledger.afar(A).isPresent()); // as another thread would
              super.forEach(each);
            }
          };

      ledger.learn(listed);

      assertThat(seen).containsEntry(A, true);
    }
  }

  @Test
  void what_is_young_waits_and_what_a_clock_that_was_set_back_calls_later_does_not()
      throws Exception {
    var linger = Duration.ofMinutes(1);
    try (var ledger = open(linger, at(NOON))) {
      ledger.put(A, 5);
      ledger.isHere(A);
      assertThat(ledger.next(1, Duration.ZERO, Set.of())).isEmpty();
    }
    var before = NOON.minus(Duration.ofHours(3));

    try (var ledger = open(linger, at(before))) {
      assertThat(ledger.next(1, Duration.ZERO, Set.of()))
          .extracting(Ledger.Step::name)
          .containsExactly(A);
      assertThat(ledger.lag(Optional.empty()).since()).hasValue(before);
    }
  }

  @Test
  void a_write_that_a_full_disk_cut_short_spoils_no_other() throws Exception {
    var disk = here.resolve("disk");
    Files.createDirectories(disk);
    Command.of("mount", "-t", "tmpfs", "-o", "size=256k", "none", disk.toString())
        .orProblem("root?");
    var file = disk.resolve("ledger");
    var filler = disk.resolve("filler");
    try (var ledger = Ledger.open(file, Duration.ZERO, Clock.systemUTC())) {
      ledger.put(A, 1);
      fill(filler);

      // The last page of the file has room for some lines more, and not for all of the last.
      var refused = refused(ledger);
      Files.delete(filler);
      ledger.put(B, 2);
      ledger.delete(A);

      var lines = Files.readAllLines(file);
      assertThat(lines)
          .allSatisfy(line -> assertThat(line).matches("([+-]|= [+]) [a-z0-9/]+[0-9 ]*"));
      try (var successor = Ledger.open(file, Duration.ZERO, Clock.systemUTC())) {
        assertThat(successor.lag(Optional.empty()).objects()).isEqualTo(refused + 1);
      }
    } finally {
      Command.of("umount", disk.toString()).orProblem("see mount");
    }
  }

  private static void fill(Path file) throws IOException {
    try (var out = Files.newOutputStream(file)) {
      while (true) out.write(new byte[4096]);
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("No space left");
    }
  }

  /** How many were announced until none could be any more, that one included. */
  private static int refused(Ledger ledger) {
    for (int i = 1; ; i++) {
      try {
        ledger.put(ObjectName.of("ann/packs/refused" + i), 1);
      } catch (IOException e) {
        assertThat(e).hasMessageContaining("No space left");
        return i;
      }
    }
  }

  @Test
  void on_a_full_disk_it_opens_all_the_same() throws Exception {
    var disk = here.resolve("disk");
    Files.createDirectories(disk);
    Command.of("mount", "-t", "tmpfs", "-o", "size=256k", "none", disk.toString())
        .orProblem("root?");
    var file = disk.resolve("ledger");
    try {
      Ledger.open(file, Duration.ZERO, Clock.systemUTC()).close();
      Files.writeString(file, "+ ann/packs/a 5 1\n");
      fill(disk.resolve("filler"));

      try (var ledger = Ledger.open(file, Duration.ZERO, Clock.systemUTC())) {
        assertThat(ledger.next(1, Duration.ZERO, Set.of()))
            .extracting(Ledger.Step::name)
            .containsExactly(A);
        ledger.learn(Map.of(C, info(C)));
        assertThat(ledger.afar(C)).isPresent();
        Files.delete(disk.resolve("filler"));
        ledger.put(B, 2);
      }
      assertThat(Files.readString(file))
          .startsWith("+ ann/packs/a 5 1\n+ ann/packs/b 2 ")
          .contains("\n~ ann/packs/c 7 0\nknown\n");
    } finally {
      Command.of("umount", disk.toString()).orProblem("see mount");
    }
  }

  @Test
  void owners_take_turns_and_what_is_ones_own_stays_in_its_order() throws Exception {
    try (var ledger = open()) {
      for (var name : new String[] {"ann/packs/a", "ann/packs/b", "ann/indexes/i"})
        said(ledger, name);
      for (var name : new String[] {"bob/packs/a", "bob/snapshots/s"}) said(ledger, name);
      ledger.delete(ObjectName.of("ann/packs/old"));

      assertThat(done(ledger))
          .containsExactly(
              "ann/packs/a",
              "bob/packs/a",
              "ann/packs/b",
              "bob/snapshots/s",
              "ann/indexes/i",
              "ann/packs/old");
    }
  }

  @Test
  void who_waits_for_his_own_or_has_one_set_aside_keeps_no_other_waiting() throws Exception {
    try (var ledger = open()) {
      ledger.put(A, 5); // and is not here yet
      said(ledger, "bob/packs/a");
      said(ledger, "bob/packs/b");
      var first = ledger.next(1, Duration.ZERO, Set.of()).getFirst();
      ledger.setAside(first, "is damaged");

      assertThat(done(ledger)).containsExactly("bob/packs/b");
      ledger.isHere(A);
      assertThat(done(ledger)).containsExactly("ann/packs/a");
    }
  }

  @Test
  void a_successor_knows_each_owners_order() throws Exception {
    try (var ledger = open()) {
      said(ledger, "ann/packs/a");
      said(ledger, "bob/packs/a");
      said(ledger, "ann/snapshots/s");
      ledger.learn(Map.of()); // writes the file anew
    }
    try (var ledger = open()) {
      assertThat(done(ledger)).containsExactly("ann/packs/a", "bob/packs/a", "ann/snapshots/s");
    }
  }

  private static void said(Ledger ledger, String name) throws IOException {
    ledger.put(ObjectName.of(name), 5);
    ledger.isHere(ObjectName.of(name));
  }

  /** The names, as they are done one by one. */
  private static List<String> done(Ledger ledger) throws Exception {
    var names = new ArrayList<String>();
    for (var next = ledger.next(1, Duration.ZERO, Set.of());
        !next.isEmpty();
        next = ledger.next(1, Duration.ZERO, Set.of())) {
      names.add(next.getFirst().name().text());
      ledger.done(next.getFirst());
    }
    return names;
  }

  @Test
  void of_a_line_that_was_gone_on_with_the_whole_one_at_its_end_is_known() throws Exception {
    Files.writeString(
        here.resolve("ledger"),
        """
        ~ ann/packs/b 7 1
        known
        + ann/packs/c 5 1
        + ann/pa- ann/packs/b 2
        = = + ann/packs/c
        + ann/packs/a 5 1
        = - ann/packs/a 3
        """);

    try (var ledger = open()) {
      assertThat(ledger.isKnown(Duration.ZERO)).isTrue();
      assertThat(ledger.afar(B)).isEmpty();
      assertThat(ledger.next(1, Duration.ZERO, Set.of()))
          .containsExactly(new Ledger.Step.Delete(B, Instant.ofEpochMilli(2)));
      assertThat(ledger.lag(Optional.empty()).objects()).isEqualTo(3); // and both of a
    }
  }

  @Test
  void after_a_line_that_says_nothing_the_others_are_known_and_all_is_listed_anew()
      throws Exception {
    Files.write(
        here.resolve("ledger"),
        "+ ann/packs/a 5 1\n\u00ff\u0000\n- ann//b 2\nknown\n"
            .getBytes(StandardCharsets.ISO_8859_1));

    try (var ledger = open()) {
      assertThat(ledger.isKnown(Duration.ZERO)).isFalse();
      assertThat(ledger.next(1, Duration.ZERO, Set.of()))
          .extracting(Ledger.Step::name)
          .containsExactly(A);
    }
  }
}
