package dev.berth.runtime.runc;

import dev.berth.base.Problem;
import dev.berth.base.process.Turns;
import dev.berth.protocol.UserId;
import dev.berth.protocol.WorkspaceId;
import dev.berth.runtime.Seed;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/** The seeds of a machine that saves nothing. */
final class NoSeeds implements Seeds {
  @Override
  public Instant savedAt(Seed seed, UserId owner) {
    throw none(seed);
  }

  @Override
  public Optional<Seed> newest(WorkspaceId workspace, UserId owner) {
    return Optional.empty();
  }

  @Override
  public void restore(Seed seed, UserId owner, Path folder) {
    throw none(seed);
  }

  @Override
  public <T> T undisturbed(WorkspaceId workspace, Turns.Work<T> work)
      throws IOException, InterruptedException {
    return work.run();
  }

  private static Problem none(Seed seed) {
    return new Problem.Missing(
        "This machine saves nothing, so it has no %s of %s."
            .formatted(seed.point(), seed.workspace()),
        "Open the repository anew.");
  }
}
