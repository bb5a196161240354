package dev.berth.runtime.runc;

import dev.berth.base.process.Turns;
import dev.berth.protocol.UserId;
import dev.berth.protocol.WorkspaceId;
import dev.berth.runtime.Seed;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/** What was saved of workspaces, for others that begin as it. */
public interface Seeds {
  /** Those of a machine that saves nothing. */
  Seeds NONE = new NoSeeds();

  /**
   * When the save of it began, which holds all that was written before. A {@link
   * dev.berth.base.Problem} where that owner has no such point.
   */
  Instant savedAt(Seed seed, UserId owner) throws IOException, InterruptedException;

  /**
   * The newest that was saved of a workspace. A {@link dev.berth.base.Problem} where that is not
   * known, since the store is away.
   */
  Optional<Seed> newest(WorkspaceId workspace, UserId owner)
      throws IOException, InterruptedException;

  /**
   * Makes what was saved of a workspace's folder in {@code folder}, which is empty; on return it is
   * on the disk. A {@link dev.berth.base.Problem} says why that cannot be.
   */
  void restore(Seed seed, UserId owner, Path folder) throws IOException, InterruptedException;

  /** Does {@code work} while nothing of the workspace is being read for a save. */
  <T> T undisturbed(WorkspaceId workspace, Turns.Work<T> work)
      throws IOException, InterruptedException;
}
