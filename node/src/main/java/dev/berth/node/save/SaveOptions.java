package dev.berth.node.save;

import dev.berth.snapshots.prune.Thinning;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * How the files of workspaces are saved.
 *
 * @param store the folder of all snapshots
 * @param key 32 bytes, of which the owners' keys are made
 * @param every how long a change waits at most to be saved
 * @param without paths that are not saved with all that is below them, from /
 * @param thinning which snapshots stay
 */
public record SaveOptions(
    Path store, byte[] key, Duration every, List<String> without, Thinning thinning) {
  /** What is made anew by itself, or does not outlive a stop by its nature. */
  private static final List<String> USUALLY_WITHOUT =
      List.of(
          "tmp",
          "run",
          "var/tmp",
          "var/run",
          "var/cache/apt",
          "var/lib/apt/lists",
          "home/gitpod/.cache");

  /** With the usual exclusions and thinning. */
  public static SaveOptions usual(Path store, byte[] key, Duration every) {
    return new SaveOptions(store, key, every, USUALLY_WITHOUT, Thinning.USUAL);
  }

  public SaveOptions {
    key = key.clone();
    without = List.copyOf(without);
  }

  @Override
  public byte[] key() {
    return key.clone();
  }
}
