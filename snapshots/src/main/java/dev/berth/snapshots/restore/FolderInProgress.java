package dev.berth.snapshots.restore;

import dev.berth.base.posix.Name;
import dev.berth.snapshots.format.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** A folder that is made, of which not all is there yet; it gets its rights and time at the end. */
final class FolderInProgress {
  private final Optional<FolderInProgress> parent;
  private final Entry.Traits traits;
  private final int fd;
  private final int depth;

  /** What must still be done in it; its own walk counts as one. */
  private final AtomicInteger left = new AtomicInteger(1);

  FolderInProgress(Optional<FolderInProgress> parent, Entry.Traits traits, int fd) {
    this.parent = parent;
    this.traits = traits;
    this.fd = fd;
    this.depth = parent.map(folder -> folder.depth + 1).orElse(0);
  }

  Optional<FolderInProgress> parent() {
    return parent;
  }

  Entry.Traits traits() {
    return traits;
  }

  int fd() {
    return fd;
  }

  int depth() {
    return depth;
  }

  void begin() {
    left.incrementAndGet();
  }

  /** True for whoever did the last of it. */
  boolean end() {
    return left.decrementAndGet() == 0;
  }

  /** The names from the root to here. */
  List<Name> steps() {
    var steps = new ArrayList<Name>();
    for (var at = this; at.parent.isPresent(); at = at.parent.get()) steps.add(at.traits.name());
    return List.copyOf(steps.reversed());
  }

  String path() {
    var path = new StringBuilder("/");
    for (var step : steps()) {
      path.append(step).append('/');
      if (path.length() > 500) break; // a message is read by people
    }
    return path.toString();
  }
}
