package dev.berth.snapshots.save;

import dev.berth.snapshots.format.Entry;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a file's data is. Of very many runs those with the smallest gaps are taken together, and
 * what is between them is read as zeros: within reason, since a file of terabytes that has next to
 * nothing in it would else keep everybody's saves waiting.
 */
final class DataRuns {
  static final int MOST = 65_536;

  /** Read in about a second. */
  static final long MOST_ZEROS = 1L << 30;

  /** Each costs a system call: some seconds for all of them. */
  static final int MOST_ASKED = 4 << 20;

  private List<Entry.Run> runs = new ArrayList<>();
  private long leastGap = 1;
  private long zeros;
  private int asked;

  /** The next one, in the file's order. */
  void add(long gap, long length) {
    asked++;
    join(new Entry.Run(gap, length));
    while (runs.size() > MOST) {
      leastGap = Math.max(4096, leastGap * 4);
      var before = runs;
      runs = new ArrayList<>();
      before.forEach(this::join);
    }
  }

  private void join(Entry.Run run) {
    if (runs.isEmpty() || run.gapBytes() >= leastGap) {
      runs.add(run);
      return;
    }
    var last = runs.removeLast();
    zeros += run.gapBytes();
    long length = last.lengthBytes() + run.gapBytes() + run.lengthBytes();
    runs.add(new Entry.Run(last.gapBytes(), length));
  }

  boolean isTooMuch() {
    return zeros > MOST_ZEROS || asked > MOST_ASKED;
  }

  List<Entry.Run> all() {
    return List.copyOf(runs);
  }
}
