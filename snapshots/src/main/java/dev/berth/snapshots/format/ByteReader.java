package dev.berth.snapshots.format;

import java.util.Arrays;

/** Reads what a {@link ByteWriter} wrote, and believes nothing of it. */
public final class ByteReader {
  private final byte[] bytes;
  private int at;
  private final int end;

  public ByteReader(byte[] bytes) {
    this(bytes, 0, bytes.length);
  }

  public ByteReader(byte[] bytes, int from, int to) {
    this.bytes = bytes;
    this.at = from;
    this.end = to;
  }

  public boolean hasMore() {
    return at < end;
  }

  public int position() {
    return at;
  }

  public int u8() throws Damaged {
    return bytes[take(1)] & 0xff;
  }

  public long varint() throws Damaged {
    long value = 0;
    for (int shift = 0; shift < 70; shift += 7) {
      int next = u8();
      value |= (long) (next & 0x7f) << shift;
      if (next < 0x80) return value;
    }
    throw new Damaged("a number does not end");
  }

  public long zigzag() throws Damaged {
    long value = varint();
    return (value >>> 1) ^ -(value & 1);
  }

  /** A number from 0 to {@code most}. */
  public int count(int most) throws Damaged {
    long value = varint();
    if (value < 0 || value > most)
      throw new Damaged("%d stands where at most %d may".formatted(value, most));
    return (int) value;
  }

  /**
   * How many items follow, each of at least {@code least} bytes, so no more than there is room for.
   */
  public int items(int least) throws Damaged {
    return count((end - at) / least);
  }

  public byte[] raw(int count) throws Damaged {
    int from = take(count);
    return Arrays.copyOfRange(bytes, from, from + count);
  }

  public byte[] bytes(int most) throws Damaged {
    return raw(count(most));
  }

  ChunkName name() throws Damaged {
    return ChunkName.read(bytes, take(ChunkName.BYTES));
  }

  private int take(int count) throws Damaged {
    if (count > end - at) throw new Damaged("it ends too early");
    int from = at;
    at += count;
    return from;
  }
}
