package dev.berth.snapshots.save;

import dev.berth.base.posix.Name;
import java.util.List;
import java.util.Set;

/**
 * What of the folders in a tree's root is not saved.
 *
 * @param patterns as a line of .gitignore each, for a file that lies in each of these folders
 * @param ownFiles the folders in which {@code .berthignore} files count
 * @param largestBytes of a file, on the disk: a larger one is left out, with a finding
 */
public record Exclusions(List<String> patterns, Set<Name> ownFiles, long largestBytes) {
  /** Nothing is left out. */
  public static final Exclusions NONE = new Exclusions(List.of(), Set.of(), Long.MAX_VALUE);

  public Exclusions {
    patterns = List.copyOf(patterns);
    ownFiles = Set.copyOf(ownFiles);
  }
}
