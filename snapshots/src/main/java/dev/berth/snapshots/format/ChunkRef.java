package dev.berth.snapshots.format;

import java.util.ArrayList;
import java.util.List;

/** A chunk where it is used: its name and how many bytes it has. */
public record ChunkRef(ChunkName name, int lengthBytes) {
  static void writeAll(List<ChunkRef> chunks, ByteWriter out) {
    out.varint(chunks.size());
    for (var chunk : chunks) {
      out.name(chunk.name);
      out.varint(chunk.lengthBytes);
    }
  }

  static List<ChunkRef> readAll(ByteReader in) throws Damaged {
    int count = in.items(ChunkName.BYTES + 1);
    if (count == 0) return List.of();
    if (count == 1) return List.of(read(in));
    var chunks = new ArrayList<ChunkRef>(count);
    for (int i = 0; i < count; i++) chunks.add(read(in));
    return List.copyOf(chunks);
  }

  private static ChunkRef read(ByteReader in) throws Damaged {
    return new ChunkRef(in.name(), in.count(Limits.CHUNK_BYTES));
  }
}
