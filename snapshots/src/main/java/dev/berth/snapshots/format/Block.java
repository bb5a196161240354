package dev.berth.snapshots.format;

import java.util.List;

/** Some chunks of a pack, compressed and sealed together. */
public record Block(int sealedBytes, int plainBytes, boolean zstandard, List<ChunkRef> chunks) {
  public void write(ByteWriter out) {
    out.varint(sealedBytes);
    out.varint(plainBytes);
    out.u8(zstandard ? 1 : 0);
    ChunkRef.writeAll(chunks, out);
  }
}
