package dev.berth.runtime.runc;

import dev.berth.protocol.UserId;
import dev.berth.runtime.Seed;
import java.io.IOException;
import java.nio.file.Path;

/** Where the files of a workspace come from that begins as a saved moment of another. */
public interface Seeds {
  /** Those of a machine that saves nothing. */
  Seeds NONE = new NoSeeds();

  /**
   * Makes what was saved of a workspace's folder in {@code folder}, which is empty; on return it is
   * on the disk. A {@link dev.berth.base.Problem} says why that cannot be.
   */
  void restore(Seed seed, UserId owner, Path folder) throws IOException, InterruptedException;
}
