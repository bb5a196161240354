package dev.berth.node.save;

import dev.berth.objects.ObjectName;
import dev.berth.objects.journal.Journaled;
import dev.berth.objects.memory.MemoryStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/** What this machine's saves promise, where they are carried to a bucket. */
final class JournaledSavingTest extends MachineSavingTest {
  private static final Journaled.Pace QUICK =
      new Journaled.Pace(
          Duration.ZERO,
          Duration.ZERO,
          Duration.ofMillis(200),
          Duration.ofMillis(1),
          Duration.ofMillis(20),
          SOON);

  @Override
  MachineSaves machine(Path workspaces, Path store) throws Exception {
    var key = new byte[32];
    var bucket = new MemoryStore(Clock.systemUTC());
    var journaled =
        Journaled.open(
            Files.createDirectories(store),
            new Journaled.Distant(() -> bucket, ObjectName.of("berth"), Distant.soundness(key)),
            MachineSaves.LEAST_FREE_BYTES,
            QUICK,
            Clock.systemUTC());
    return MachineSaves.open(
        workspaces,
        journaled,
        Optional.of(journaled),
        SaveOptions.usual(store, Optional.empty(), key, AT_ONCE),
        Clock.systemUTC());
  }
}
