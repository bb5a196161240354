package dev.berth.snapshots.format;

import java.util.Arrays;

/** Bytes that grow at their end. */
public final class ByteWriter {
  private byte[] bytes;
  private int length;

  public ByteWriter(int expected) {
    bytes = new byte[expected];
  }

  public void u8(int value) {
    room(1);
    bytes[length++] = (byte) value;
  }

  public void varint(long value) {
    room(10);
    while ((value & ~0x7fL) != 0) {
      bytes[length++] = (byte) (value | 0x80);
      value >>>= 7;
    }
    bytes[length++] = (byte) value;
  }

  public void zigzag(long value) {
    varint((value << 1) ^ (value >> 63));
  }

  public void raw(byte[] from, int offset, int count) {
    room(count);
    System.arraycopy(from, offset, bytes, length, count);
    length += count;
  }

  public void raw(byte[] from) {
    raw(from, 0, from.length);
  }

  /** A length, then so many bytes. */
  public void bytes(byte[] from) {
    varint(from.length);
    raw(from);
  }

  void name(ChunkName name) {
    room(ChunkName.BYTES);
    name.write(bytes, length);
    length += ChunkName.BYTES;
  }

  public int length() {
    return length;
  }

  /** The bytes from the start, and some behind {@link #length}: to read, before the next write. */
  public byte[] array() {
    return bytes;
  }

  public byte[] toArray() {
    return Arrays.copyOf(bytes, length);
  }

  /** Forgets the first {@code count} bytes. */
  public void drop(int count) {
    System.arraycopy(bytes, count, bytes, 0, length - count);
    length -= count;
  }

  private void room(int count) {
    if (bytes.length - length < count) {
      bytes = Arrays.copyOf(bytes, Math.max(length + count, bytes.length * 2));
    }
  }
}
