package dev.berth.snapshots.restore;

import dev.berth.base.posix.Name;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where a folder is in its tree: its own name, and the place that it is in. A tree may be two
 * thousand folders deep, so nobody keeps whole paths. For one thread.
 */
final class Place {
  /** What one takes in memory beside the bytes of its name. */
  private static final int BYTES_EACH = 120;

  private final Optional<Place> parent;
  private final Name name;
  private final int depth;
  private boolean kept;

  private Place(Optional<Place> parent, Name name, int depth) {
    this.parent = parent;
    this.name = name;
    this.depth = depth;
  }

  static Place root() {
    return new Place(Optional.empty(), Name.of(""), 0);
  }

  Place in(Name folder) {
    return new Place(Optional.of(this), folder, depth + 1);
  }

  int depth() {
    return depth;
  }

  /** The names from the root to here. */
  List<Name> steps() {
    var steps = new ArrayList<Name>();
    for (var at = this; at.parent.isPresent(); at = at.parent.get()) steps.add(at.name);
    return List.copyOf(steps.reversed());
  }

  /** Says that somebody keeps it: how many bytes of memory that takes which nothing took yet. */
  long keep() {
    long bytes = 0;
    for (var at = Optional.of(this); at.isPresent() && !at.get().kept; at = at.get().parent) {
      at.get().kept = true;
      bytes += BYTES_EACH + at.get().name.bytes().length;
    }
    return bytes;
  }
}
