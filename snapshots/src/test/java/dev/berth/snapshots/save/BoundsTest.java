package dev.berth.snapshots.save;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.base.posix.Name;
import dev.berth.base.posix.Posix;
import dev.berth.base.process.Workers;
import dev.berth.objects.folder.FolderStore;
import dev.berth.snapshots.chunk.Chunker;
import dev.berth.snapshots.format.Entry;
import dev.berth.snapshots.format.OwnerKeys;
import dev.berth.snapshots.repository.Catalog;
import dev.berth.snapshots.repository.ChunkWriter;
import dev.berth.snapshots.repository.Repository;
import dev.berth.snapshots.tree.Chunking;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What one workspace may take of the server that saves them all. */
final class BoundsTest {
  @Test
  void of_very_many_runs_the_nearest_are_taken_together() {
    var runs = new DataRuns();
    for (int i = 0; i < 3 * DataRuns.MOST; i++) runs.add(i % 3 == 0 ? 1 << 20 : 4096, 4096);

    assertThat(runs.all()).hasSize(DataRuns.MOST).containsOnly(new Entry.Run(1 << 20, 5 * 4096));
    assertThat(runs.isTooMuch()).isFalse();
  }

  @Test
  void terabytes_of_holes_are_not_read_because_they_are_many() {
    var runs = new DataRuns();
    for (int i = 0; i <= DataRuns.MOST; i++) runs.add(64 << 20, 4096);

    assertThat(runs.isTooMuch()).isTrue();
  }

  @Test
  void a_large_file_is_not_read_to_its_end_when_all_others_have_stopped(@TempDir Path here)
      throws Exception {
    Files.write(here.resolve("large"), new byte[1 << 20]);
    var readers = new Workers<Integer>(1);
    assertThatThrownBy(() ->
            readers.run(
                "reader-",
                1,
                () -> {
                  throw new IOException("of a test");
                },
                () -> {}))
        .hasMessage("of a test");
    var store = FolderStore.open(here.resolve("store"));
    var repository = Repository.open(store, OwnerKeys.of(new byte[32], "ann"));
    try (var posix = new Posix();
        var writer = new ChunkWriter(repository, Catalog.empty(), 1)) {
      int at = posix.openFolder(here);
      var parts = List.of(new Union.Part(0, at));
      var traits = Walk.traits(Name.of("here"), posix.status(at), List.of());
      var folder = new FolderDraft(Optional.empty(), traits, parts, 1, new Held());
      var chunking = new Chunking(new Chunker(repository.keys().gear()), writer.lane());
      var files = new FileReader(posix, chunking, new Findings(), Clock.systemUTC(), readers);

      var union = new Union(posix, parts, false);
      assertThatThrownBy(() -> files.read(folder, at, Name.of("large"), union))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("a part of the work");
      assertThat(chunking.length()).isZero();
      posix.close(at);
    }
  }

  @Test
  void names_come_in_the_order_of_their_bytes_and_once_however_they_were_added() {
    var random = new Random(3);
    var wanted = new TreeSet<Name>();
    var list = new NameList(1 << 20);
    for (int i = 0; i < 5000; i++) {
      var bytes = new byte[1 + random.nextInt(3)];
      random.nextBytes(bytes);
      wanted.add(Name.of(bytes, 0, bytes.length));
      list.add(Name.of(bytes, 0, bytes.length));
    }
    list.order();

    assertThat(IntStream.range(0, list.size()).mapToObj(list::get))
        .containsExactlyElementsOf(wanted);
    assertThat(list.isWhole()).isTrue();
    assertThat(wanted).allMatch(list::has);
    assertThat(list.has(Name.of("none of them"))).isFalse();
  }

  @Test
  void of_a_folder_of_more_names_than_memory_the_first_are_known(@TempDir Path folder)
      throws Exception {
    for (int i = 0; i < 100; i++) Files.createFile(folder.resolve("name%02d".formatted(i)));
    try (var posix = new Posix()) {
      var part = new Union.Part(0, posix.openFolder(folder));
      var union = new Union(posix, List.of(part), false);

      long each = (long) NameList.BYTES_EACH + "name00".length();

      var some = union.names(List.of(part), 10 * each, _ -> true);
      var all = union.names(List.of(part), 100 * each, _ -> true);

      assertThat(some.size()).isEqualTo(10);
      assertThat(some.last()).hasToString("name09");
      assertThat(some.isWhole()).isFalse();
      assertThat(all.size()).isEqualTo(100);
      assertThat(all.isWhole()).isTrue();
      posix.close(part.fd());
    }
  }
}
