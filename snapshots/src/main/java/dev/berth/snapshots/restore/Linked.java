package dev.berth.snapshots.restore;

import dev.berth.base.posix.Name;
import dev.berth.snapshots.format.Entry;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The first name of each file that has several, as long as others may come. Of more files than
 * there is memory for it does not know the rest. For one thread.
 */
final class Linked {
  /** Enough for 400,000 files at once, as package managers make them. */
  private static final long BYTES_MAX = 96L << 20;

  /** What one takes beside the bytes of its name. */
  private static final long BYTES_EACH = 200;

  /** Where the first name of a file is, and how many others will come at most. */
  record First(Place folder, Name name, int left) {}

  private final Map<Long, First> files = new HashMap<>();
  private long bytes;

  /** Under which name the file of this entry was there before; counts that it came. */
  Optional<First> first(Entry.File file) {
    var first = files.get(file.linkGroup());
    if (first == null) return Optional.empty();
    if (first.left > 1) {
      files.put(file.linkGroup(), new First(first.folder, first.name, first.left - 1));
    } else {
      files.remove(file.linkGroup());
      bytes -= bytes(first.name);
    }
    return Optional.of(first);
  }

  /** Keeps the name of a file that is new, in {@code folder}; whether there is room for it. */
  boolean add(Entry.File file, Place folder) {
    if (file.links() <= 1) return true;
    if (bytes + bytes(file.name()) > BYTES_MAX) return false;
    bytes += bytes(file.name()) + folder.keep();
    files.put(file.linkGroup(), new First(folder, file.name(), file.links() - 1));
    return true;
  }

  private static long bytes(Name name) {
    return BYTES_EACH + name.bytes().length;
  }
}
