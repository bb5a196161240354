package dev.berth.snapshots.save;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.base.posix.Name;
import dev.berth.base.posix.Posix;
import dev.berth.snapshots.format.Entry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
