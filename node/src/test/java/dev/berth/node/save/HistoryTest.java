package dev.berth.node.save;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.berth.objects.FaultyStore;
import dev.berth.objects.memory.MemoryStore;
import dev.berth.objects.wrap.Patience;
import dev.berth.objects.wrap.Retrying;
import dev.berth.runtime.SavedFiles.Counts;
import dev.berth.snapshots.browse.Differences;
import dev.berth.snapshots.format.OwnerKeys;
import dev.berth.snapshots.repository.Repository;
import dev.berth.snapshots.save.Save;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HistoryTest {
  @TempDir Path here;
  private final FaultyStore store = new FaultyStore(new MemoryStore(Clock.systemUTC()), 1);
  private final History history = new History();

  @Test
  void while_the_store_is_away_what_is_remembered_is_told_and_the_rest_later() throws Exception {
    var once = new Patience(1, Duration.ZERO, Duration.ZERO);
    var repository = Repository.open(new Retrying(store, once), OwnerKeys.of(new byte[32], "octo"));
    var save = new Save(repository, Clock.systemUTC(), 1);
    var first = save.run(Files.createDirectory(here.resolve("tree")), "series");
    Files.writeString(here.resolve("tree/one"), "1");
    var second = save.run(here.resolve("tree"), "series");
    Files.writeString(here.resolve("tree/two"), "2");
    Files.writeString(here.resolve("tree/three"), "3");
    var third = save.run(here.resolve("tree"), "series");
    assertThat(history.of(repository, List.of(first, second)))
        .containsOnly(entry(second.id(), new Counts(1, 0, 0)));

    store.isAway(true);
    assertThat(history.of(repository, List.of(first, second, third))).containsOnlyKeys(second.id());
    store.isAway(false);

    assertThat(history.of(repository, List.of(first, second, third)))
        .containsEntry(third.id(), new Counts(2, 0, 0));
  }

  @Test
  void numbers_of_a_part_are_not_told_as_if_they_were_of_all() {
    var counts = new Differences.Counts(2_000_000, 1, 0);

    assertThat(History.whole(new Differences(List.of(), 0, counts, false))).isEmpty();
    assertThat(History.whole(new Differences(List.of(), 0, counts, true)))
        .hasValue(new Counts(2_000_000, 1, 0));
  }
}
