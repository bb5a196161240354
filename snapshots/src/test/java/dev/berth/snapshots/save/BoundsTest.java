package dev.berth.snapshots.save;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.base.posix.Posix;
import dev.berth.snapshots.format.Entry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
  void of_a_folder_of_more_names_than_memory_the_first_are_known(@TempDir Path folder)
      throws Exception {
    for (int i = 0; i < 100; i++) Files.createFile(folder.resolve("name%02d".formatted(i)));
    try (var posix = new Posix()) {
      var part = new Union.Part(0, posix.openFolder(folder));
      var union = new Union(posix, List.of(part), false);

      var some = union.names(List.of(part), 10 * 106);
      var all = union.names(List.of(part), 100 * 106);

      assertThat(some.all()).hasSize(10);
      assertThat(some.all().last()).hasToString("name09");
      assertThat(some.whole()).isFalse();
      assertThat(all.all()).hasSize(100);
      assertThat(all.whole()).isTrue();
      posix.close(part.fd());
    }
  }
}
