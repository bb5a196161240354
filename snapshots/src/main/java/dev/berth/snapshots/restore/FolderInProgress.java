package dev.berth.snapshots.restore;

import dev.berth.snapshots.format.Entry;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** A folder that is made, of which not all is there yet; it gets its rights and time at the end. */
final class FolderInProgress {
  private final Optional<FolderInProgress> parent;
  private final Entry.Traits traits;
  private final int fd;
  private final Place place;

  /** What must still be done in it; its own walk counts as one. */
  private final AtomicInteger left = new AtomicInteger(1);

  FolderInProgress(Optional<FolderInProgress> parent, Entry.Traits traits, int fd) {
    this.parent = parent;
    this.traits = traits;
    this.fd = fd;
    this.place = parent.map(in -> in.place.in(traits.name())).orElseGet(Place::root);
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

  Place place() {
    return place;
  }

  void begin() {
    left.incrementAndGet();
  }

  /** True for whoever did the last of it. */
  boolean end() {
    return left.decrementAndGet() == 0;
  }

  String path() {
    var path = new StringBuilder("/");
    for (var step : place.steps()) {
      path.append(step).append('/');
      if (path.length() > 500) break; // a message is read by people
    }
    return path.toString();
  }
}
