package dev.berth.snapshots.save;

import dev.berth.base.posix.Name;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * Folders whose folders of the same name lie one over the other, in overlayfs's words: what the
 * upper one says of a name counts, a whiteout hides it, an opaque folder all that is beneath.
 *
 * @param folders the uppermost first, all on one file system; only that one may change
 * @param over names in their roots that lie over something else too, which is not saved: whiteouts
 *     and opaque folders stay there
 */
public record Stack(List<Path> folders, Set<Name> over) {
  public Stack {
    folders = List.copyOf(folders);
    over = Set.copyOf(over);
    if (folders.isEmpty()) throw new IllegalArgumentException("a stack has at least one folder");
  }

  /** One folder alone, saved as it is. */
  public static Stack of(Path folder) {
    return new Stack(List.of(folder), Set.of());
  }
}
