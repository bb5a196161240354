package dev.berth.snapshots;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.objects.folder.FolderStore;
import dev.berth.snapshots.format.OwnerKeys;
import dev.berth.snapshots.prune.Check;
import dev.berth.snapshots.repository.Repository;
import dev.berth.snapshots.restore.Restore;
import dev.berth.snapshots.save.Save;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

final class KillTest {
  /** Enough to meet saves and prunes; more by {@code -Dberth.kills=50}. */
  private static final int KILLS = Integer.getInteger("berth.kills", 6);

  /** What a process leaves that a SIGKILL ended. */
  private static final int KILLED = 128 + 9;

  /** When no file counts as just changed. */
  private static final Clock LATER = Clock.offset(Clock.systemUTC(), Duration.ofMinutes(1));

  @TempDir Path here;

  @Test
  @Timeout(900)
  void whatever_is_cut_off_the_repository_is_whole_and_every_told_snapshot_was_kept()
      throws Exception {
    var tree = here.resolve("tree");
    RandomTree.make(tree, 21, 150);
    var repository =
        Repository.open(
            FolderStore.open(here.resolve("store")), OwnerKeys.of(new byte[32], "octo"));
    var random = new Random(4);

    for (int kill = 0; kill < KILLS; kill++) {
      var told = runAndKill(tree, kill * 1000L, random.nextInt(2500));

      assertThat(Check.run(repository).damages()).isEmpty();
      var newest = repository.newest("series");
      if (!told.isEmpty()) {
        assertThat(newest.orElseThrow().id().text()).isGreaterThanOrEqualTo(told.getLast());
      }
      if (newest.isPresent()) {
        new Restore(repository, 2).run(newest.get(), here.resolve("old" + kill));
      }
      var after = new Save(repository, Clock.systemUTC(), 2).run(tree, "series");
      var target = here.resolve("restored" + kill);
      assertThat(new Restore(repository, 2).run(after, target)).isEmpty();
      assertThat(Rsync.differences(tree, target)).isEmpty();
    }
  }

  /** The ids that the process had told of when it was killed. */
  private List<String> runAndKill(Path tree, long round, int afterMillis) throws Exception {
    var java = Path.of(System.getProperty("java.home"), "bin/java").toString();
    var process =
        new ProcessBuilder(
                java,
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.berth.snapshots.KilledProcess",
                here.resolve("store").toString(),
                tree.toString(),
                Long.toString(round))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    var told = new ArrayList<String>();
    try (var out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII))) {
      assertThat(out.readLine()).isEqualTo("ready");
      var killed =
          CompletableFuture.runAsync(
              process::destroyForcibly,
              CompletableFuture.delayedExecutor(afterMillis, TimeUnit.MILLISECONDS));
      for (var line = out.readLine(); line != null; line = out.readLine()) told.add(line);
      killed.join();
      assertThat(process.waitFor()).as("it did not end by itself").isEqualTo(KILLED);
    } finally {
      process.destroyForcibly();
    }
    // The last line may have been cut off.
    told.removeIf(line -> line.length() != "20261121t153000123z-0123456789abcdef".length());
    return told;
  }

  @Test
  void what_a_killed_save_has_written_is_not_written_again() throws Exception {
    var tree = here.resolve("tree");
    RandomTree.make(tree, 22, 200);
    var store = FolderStore.open(here.resolve("store"));
    var repository = Repository.open(store, OwnerKeys.of(new byte[32], "octo"));
    var first = new Save(repository, LATER, 2).run(tree, "series");
    // As if it had been killed between its last pack and its index.
    repository.delete(first);
    for (var index :
        dev.berth.objects.Listing.all(store, dev.berth.snapshots.format.Names.INDEXES)) {
      store.delete(index.name());
    }

    var second = new Save(repository, LATER, 2).run(tree, "series");

    assertThat(first.totals().newBytes()).isPositive();
    assertThat(second.totals().newBytes()).isZero();
  }
}
