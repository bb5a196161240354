package dev.berth.snapshots;

import dev.berth.objects.folder.FolderStore;
import dev.berth.snapshots.format.OwnerKeys;
import dev.berth.snapshots.prune.Prune;
import dev.berth.snapshots.prune.Thinning;
import dev.berth.snapshots.repository.Repository;
import dev.berth.snapshots.save.Save;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;

/** Saves, thins and prunes for ever, as a process of its own that a test kills. */
final class KilledProcess {
  private KilledProcess() {}

  static void main(String[] args) throws Exception {
    var keys = OwnerKeys.of(new byte[32], "octo");
    var repository = Repository.open(FolderStore.open(Path.of(args[0])), keys);
    var tree = Path.of(args[1]);
    var thinning = new Thinning(Duration.ofSeconds(3), Duration.ZERO, Duration.ZERO);
    System.out.println("ready");
    for (long round = Long.parseLong(args[2]); ; round++) {
      RandomTree.change(tree, round);
      var snapshot = new Save(repository, Clock.systemUTC(), 2).run(tree, "series");
      System.out.println(snapshot.id());
      var all = repository.snapshots("series");
      for (var old : thinning.superfluous(all, Clock.systemUTC().instant())) {
        repository.delete(old);
      }
      new Prune(repository, Clock.systemUTC(), Duration.ZERO, Duration.ofSeconds(5)).run();
    }
  }
}
