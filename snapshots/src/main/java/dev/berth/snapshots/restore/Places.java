package dev.berth.snapshots.restore;

import dev.berth.snapshots.format.Entry;
import java.util.Iterator;
import java.util.List;

/** Where in a file the next bytes of its content go, past its holes. */
final class Places {
  private final Iterator<Entry.Run> runs;
  private long position;
  private long left;

  Places(Entry.File file) {
    var all = file.hasHoles() ? file.runs() : List.of(new Entry.Run(0, file.sizeBytes()));
    this.runs = all.iterator();
  }

  /** How many of {@code most} bytes go to {@link #position}. */
  int next(int most) {
    while (left == 0) {
      var run = runs.next(); // content and runs have the same sum: checked when the entry was read
      position += run.gapBytes();
      left = run.lengthBytes();
    }
    return (int) Math.min(most, left);
  }

  /** Leaves out so many bytes of the content. */
  void skip(long bytes) {
    for (long todo = bytes; todo > 0; ) {
      int count = next((int) Math.min(todo, Integer.MAX_VALUE));
      done(count);
      todo -= count;
    }
  }

  long position() {
    return position;
  }

  void done(int count) {
    position += count;
    left -= count;
  }
}
