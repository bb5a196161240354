package dev.berth.snapshots.format;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.HexFormat;

/** The keyed hash of a chunk's bytes, as four numbers: half the memory of an array. */
public record ChunkName(long a, long b, long c, long d) {
  public static final int BYTES = 32;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  public static ChunkName read(byte[] from, int at) {
    return new ChunkName(
        (long) LONG.get(from, at),
        (long) LONG.get(from, at + 8),
        (long) LONG.get(from, at + 16),
        (long) LONG.get(from, at + 24));
  }

  void write(byte[] into, int at) {
    LONG.set(into, at, a);
    LONG.set(into, at + 8, b);
    LONG.set(into, at + 16, c);
    LONG.set(into, at + 24, d);
  }

  public byte[] bytes() {
    var bytes = new byte[BYTES];
    write(bytes, 0);
    return bytes;
  }

  @Override
  public String toString() {
    return HexFormat.of().formatHex(bytes());
  }
}
