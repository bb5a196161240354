package dev.berth.snapshots.chunk;

/** FastCDC: cuts where the content says, so that a change in one place moves no cut in another. */
public final class Chunker {
  public static final int SMALLEST_BYTES = 256 << 10;
  public static final int WISHED_BYTES = 1 << 20;
  public static final int LARGEST_BYTES = 4 << 20;

  /**
   * Before the wished size a cut is four times rarer than 1 in 2^20, behind it four times as usual.
   */
  private static final long RARE = -1L << (64 - 22);

  private static final long USUAL = -1L << (64 - 18);

  private final long[] gear;

  public Chunker(long[] gear) {
    this.gear = gear;
  }

  /**
   * Bytes of the chunk that begins at {@code from}. {@code bytes} must have {@link #LARGEST_BYTES}
   * from there on, or all that there is.
   */
  public int length(byte[] bytes, int from, int to) {
    int most = Math.min(LARGEST_BYTES, to - from);
    if (most <= SMALLEST_BYTES) return most;
    long fingerprint = 0;
    int at = from + SMALLEST_BYTES;
    int wished = from + Math.min(WISHED_BYTES, most);
    int end = from + most;
    for (; at < wished; at++) {
      fingerprint = (fingerprint << 1) + gear[bytes[at] & 0xff];
      if ((fingerprint & RARE) == 0) return at + 1 - from;
    }
    for (; at < end; at++) {
      fingerprint = (fingerprint << 1) + gear[bytes[at] & 0xff];
      if ((fingerprint & USUAL) == 0) return at + 1 - from;
    }
    return most;
  }
}
