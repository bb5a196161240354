package dev.berth.snapshots.save;

import dev.berth.base.posix.Name;
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

  synchronized List<Finding> first() {
    return List.copyOf(first);
  }

  synchronized int more() {
    return more;
  }
}
