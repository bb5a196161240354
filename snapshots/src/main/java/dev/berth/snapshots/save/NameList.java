package dev.berth.snapshots.save;

import dev.berth.base.posix.Name;
import java.util.Arrays;

/**
 * The names of a folder in their order, each once: their bytes one after the other, since a folder
 * may have a million of them. Of more than there is room for it keeps the first. For one thread.
 */
final class NameList {
  /** That a name takes beside its own bytes: its length, where it is, and its slot in a draft. */
  static final int BYTES_EACH = 1 + 4 + 4;

  private final long roomBytes;
  private byte[] bytes = new byte[256];
  private int[] starts = new int[16];
  private int used;
  private int count;
  private boolean whole = true;

  /** An empty one of at most {@code roomBytes}; a fourth more, until {@link #order}. */
  NameList(long roomBytes) {
    this.roomBytes = roomBytes;
  }

  void add(Name name) {
    var added = name.bytes();
    if (used + added.length + 1 > bytes.length) bytes = Arrays.copyOf(bytes, more(bytes.length));
    if (count == starts.length) starts = Arrays.copyOf(starts, more(starts.length));
    starts[count++] = used;
    bytes[used++] = (byte) added.length;
    System.arraycopy(added, 0, bytes, used, added.length);
    used += added.length;
    if (bytes() > roomBytes + roomBytes / 4) order();
  }

  private static int more(int length) {
    return length + Math.max(256, length / 2);
  }

  /** Brings what was added into its order, and leaves out what is there twice or too much. */
  void order() {
    sort();
    var kept = new byte[used];
    int to = 0;
    int left = 0;
    for (int i = 0; i < count; i++) {
      if (left > 0 && compare(starts[i - 1], starts[i]) == 0) {
        starts[i] = starts[i - 1]; // for the next one to be held against
        continue;
      }
      int length = 1 + length(starts[i]);
      if (to + length + (left + 1L) * (BYTES_EACH - 1) > roomBytes) {
        whole = false;
        break;
      }
      System.arraycopy(bytes, starts[i], kept, to, length);
      to += length;
      left++;
    }
    bytes = to == kept.length ? kept : Arrays.copyOf(kept, to);
    used = to;
    count = left;
    starts = new int[left];
    for (int i = 0, at = 0; i < left; i++) {
      starts[i] = at;
      at += 1 + length(at);
    }
  }

  /** Merges runs of growing length; a folder that is read in order needs no more than a look. */
  private void sort() {
    var from = starts;
    var into = new int[count];
    for (int run = 1; run < count; run *= 2) {
      for (int low = 0; low < count; low += 2 * run) {
        merge(from, into, low, Math.min(low + run, count), Math.min(low + 2 * run, count));
      }
      var merged = into;
      into = from;
      from = merged;
    }
    starts = from;
  }

  private void merge(int[] from, int[] into, int low, int middle, int high) {
    if (middle == high || compare(from[middle - 1], from[middle]) <= 0) {
      System.arraycopy(from, low, into, low, high - low);
      return;
    }
    int left = low;
    int right = middle;
    for (int to = low; to < high; to++) {
      boolean takesLeft = left < middle && (right == high || compare(from[left], from[right]) <= 0);
      into[to] = takesLeft ? from[left++] : from[right++];
    }
  }

  private int compare(int one, int other) {
    return Arrays.compareUnsigned(
        bytes, one + 1, one + 1 + length(one), bytes, other + 1, other + 1 + length(other));
  }

  private int length(int start) {
    return bytes[start] & 0xff;
  }

  int size() {
    return count;
  }

  boolean isEmpty() {
    return count == 0;
  }

  Name get(int index) {
    int from = starts[index] + 1;
    return Name.of(bytes, from, from + length(starts[index]));
  }

  Name last() {
    return get(count - 1);
  }

  boolean has(Name name) {
    int low = 0;
    int high = count;
    while (low < high) {
      int middle = (low + high) >>> 1;
      int order = get(middle).compareTo(name);
      if (order == 0) return true;
      if (order < 0) low = middle + 1;
      else high = middle;
    }
    return false;
  }

  /** What they take in memory. */
  long bytes() {
    return used + (long) count * (BYTES_EACH - 1);
  }

  /** Whether these are all that were added; else they are the first. */
  boolean isWhole() {
    return whole;
  }
}
