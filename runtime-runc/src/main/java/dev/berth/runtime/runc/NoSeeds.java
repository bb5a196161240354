package dev.berth.runtime.runc;

import dev.berth.base.Problem;
import dev.berth.protocol.UserId;
import dev.berth.runtime.Seed;
import java.nio.file.Path;

/** The seeds of a machine that saves nothing. */
final class NoSeeds implements Seeds {
  @Override
  public void restore(Seed seed, UserId owner, Path folder) {
    throw new Problem.Missing(
        "This machine saves nothing, so it has no %s of %s."
            .formatted(seed.point(), seed.workspace()),
        "Open the repository anew.");
  }
}
