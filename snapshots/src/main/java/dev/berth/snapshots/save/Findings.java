package dev.berth.snapshots.save;

import dev.berth.base.posix.Name;
import dev.berth.base.posix.PosixException;
import dev.berth.snapshots.format.Finding;
import dev.berth.snapshots.format.Snapshot;
import java.util.ArrayList;
import java.util.List;

/** What came up, the first of it word for word, the rest counted. All methods lock. */
final class Findings {
  private final List<Finding> first = new ArrayList<>();
  private int more;

  synchronized void add(Finding.Kind kind, FolderDraft folder, Name name, String text) {
    if (first.size() < Snapshot.MOST_FINDINGS) {
      first.add(new Finding(kind, folder.path() + name, text));
    } else {
      more++;
    }
  }

  /**
   * Says that {@code name} is left out for what a system call said of it; throws that where it says
   * nothing of this one file: without memory, descriptors or a disk that works, a save would leave
   * out what is there, and thinning would later delete the snapshots that have it.
   */
  void leftOut(FolderDraft folder, Name name, PosixException why) throws PosixException {
    switch (why.errno()) {
      case PosixException.ENOENT,
          PosixException.ENOTDIR,
          PosixException.ELOOP,
          PosixException.ENXIO, // a socket or FIFO by now
          PosixException.EINVAL -> // a link that became something else
          add(Finding.Kind.VANISHED, folder, name, why.what());
      case PosixException.EACCES,
          PosixException.EPERM,
          PosixException.E2BIG -> // more attributes than can be listed
          add(Finding.Kind.UNREADABLE, folder, name, why.what());
      default -> throw why;
    }
  }

  synchronized List<Finding> first() {
    return List.copyOf(first);
  }

  synchronized int more() {
    return more;
  }
}
