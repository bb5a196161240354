package dev.berth.snapshots.browse;

import dev.berth.base.posix.Name;
import dev.berth.snapshots.format.Entry;
import java.util.List;

/**
 * What is not the same in two trees. A file that only has another time is the same.
 *
 * @param first in the order of their paths
 * @param more how many there are beyond
 * @param all whether both trees were gone through to their ends; else the numbers are of a part
 */
public record Differences(List<Difference> first, long more, Counts counts, boolean all) {
  public Differences {
    first = List.copyOf(first);
  }

  /** How many files and links; a folder counts where it is empty or has other rights itself. */
  public record Counts(long added, long changed, long removed) {}

  /** What happened. */
  public enum What {
    ADDED,
    CHANGED,
    REMOVED
  }

  /**
   * One path.
   *
   * @param entry what is there, or was: of a folder that is new or gone with all that is in it
   * @param files how many files and links it stands for
   * @param bytesBefore of the files, 0 where there were none
   */
  public record Difference(
      What what, List<Name> path, Entry entry, long files, long bytesBefore, long bytesNow) {
    public Difference {
      path = List.copyOf(path);
    }
  }
}
