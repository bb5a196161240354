package dev.berth.node.save;

import dev.berth.snapshots.prune.Thinning;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How the files of workspaces are saved.
 *
 * @param store the folder of all snapshots
 * @param distant where they are carried to as well
 * @param key 32 bytes, of which the owners' keys are made
 * @param every how long a change waits at most to be saved
 * @param longest how long one save may keep others waiting; the next of the same workspace twice as
 *     long, and so on; zero for ever
 * @param without paths that are not saved with all that is below them, from /
 * @param exclude what else is not saved of /workspace and of what was changed elsewhere, as lines
 *     of a .gitignore in each; {@code .berthignore} files in /workspace say more
 * @param largestFileBytes a larger file is not saved, and its owner told
 * @param thinning which snapshots stay
 * @param counts of saves and restores
 */
public record SaveOptions(
    Path store,
    Optional<Distant> distant,
    byte[] key,
    Duration every,
    Duration longest,
    List<String> without,
    List<String> exclude,
    long largestFileBytes,
    Thinning thinning,
    SaveCounts counts) {
  /** Caches by the names that their programs give them, which make them anew by themselves. */
  public static final List<String> USUALLY_EXCLUDED =
      List.of(
          "__pycache__/",
          ".pytest_cache/",
          ".mypy_cache/",
          ".ruff_cache/",
          "**/node_modules/.cache/");

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

  /** Some 300 GB of usual files, on a disk that others use, too. */
  public static final Duration USUAL_LONGEST = Duration.ofHours(1);

  /** With the usual exclusions and thinning. */
  public static SaveOptions usual(
      Path store, Optional<Distant> distant, byte[] key, Duration every) {
    return new SaveOptions(
        store,
        distant,
        key,
        every,
        USUAL_LONGEST,
        USUALLY_WITHOUT,
        USUALLY_EXCLUDED,
        Long.MAX_VALUE,
        Thinning.USUAL,
        SaveCounts.unseen());
  }

  /** The same with other things left out. */
  public SaveOptions excluding(List<String> patterns, long largerThanBytes) {
    return new SaveOptions(
        store, distant, key, every, longest, without, patterns, largerThanBytes, thinning, counts);
  }

  /** The same with another bound of time. */
  public SaveOptions within(Duration time) {
    return new SaveOptions(
        store, distant, key, every, time, without, exclude, largestFileBytes, thinning, counts);
  }

  /** The same, counted where somebody looks. */
  public SaveOptions counting(SaveCounts by) {
    return new SaveOptions(
        store, distant, key, every, longest, without, exclude, largestFileBytes, thinning, by);
  }

  public SaveOptions {
    key = key.clone();
    without = List.copyOf(without);
    exclude = List.copyOf(exclude);
  }

  @Override
  public byte[] key() {
    return key.clone();
  }
}
