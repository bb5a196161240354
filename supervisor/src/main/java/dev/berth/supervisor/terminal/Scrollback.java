package dev.berth.supervisor.terminal;

import java.util.Arrays;

/** The last MiB of a terminal's output, by offsets in all of it. Its terminal guards it. */
final class Scrollback {
  /** What API clients are promised to find again. */
  static final int BYTES_MAX = 1 << 20;

  /** Most terminals print little: the ring grows by doubling from here. */
  private static final int BYTES_FIRST = 16 * 1024;

  private byte[] ring = new byte[BYTES_FIRST];
  private long end;

  /** The offset behind the newest byte: how many were ever printed. */
  long end() {
    return end;
  }

  /** The offset of the oldest byte that is kept. */
  long start() {
    return Math.max(0, end - ring.length);
  }

  void append(byte[] bytes, int from, int length) {
    grow(length);
    int skipped = Math.max(0, length - ring.length);
    end += skipped;
    for (int at = from + skipped, left = length - skipped; left > 0; ) {
      int place = (int) (end % ring.length);
      int some = Math.min(left, ring.length - place);
      System.arraycopy(bytes, at, ring, place, some);
      end += some;
      at += some;
      left -= some;
    }
  }

  private void grow(int length) {
    int wanted = ring.length;
    while (wanted < BYTES_MAX && end + length > wanted) wanted *= 2;
    // It grows only while it never wrapped, so all bytes lie at their offsets.
    if (wanted > ring.length) ring = Arrays.copyOf(ring, wanted);
  }

  /** At most {@code max} bytes from {@code offset} on, which must lie between start and end. */
  byte[] read(long offset, int max) {
    var bytes = new byte[(int) Math.min(max, end - offset)];
    int place = (int) (offset % ring.length);
    int some = Math.min(bytes.length, ring.length - place);
    System.arraycopy(ring, place, bytes, 0, some);
    System.arraycopy(ring, 0, bytes, some, bytes.length - some);
    return bytes;
  }
}
