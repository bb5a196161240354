package dev.berth.snapshots.format;

import java.util.ArrayList;
import java.util.List;

/** What a pack holds, as it says itself at its end. */
public record Contents(PackKind kind, List<Block> blocks) {
  /** The section's number in a pack. */
  public static final int SECTION = -1;

  /** The last four bytes of a pack: {@code BRTP}. */
  public static final int END = 0x42525450;

  public Contents {
    blocks = List.copyOf(blocks);
  }

  public void write(ByteWriter out) {
    out.u8(kind.code());
    out.varint(blocks.size());
    for (var block : blocks) block.write(out);
  }

  /** The same of so many blocks that were written already. */
  public static void write(PackKind kind, int count, ByteWriter blocks, ByteWriter out) {
    out.u8(kind.code());
    out.varint(count);
    out.raw(blocks.array(), 0, blocks.length());
  }

  public static Contents read(ByteReader in) throws Damaged {
    var kind = PackKind.of(in.u8());
    int count = in.items(4);
    var blocks = new ArrayList<Block>(count);
    for (int i = 0; i < count; i++) blocks.add(block(in));
    return new Contents(kind, blocks);
  }

  private static Block block(ByteReader in) throws Damaged {
    int sealed = in.count(Limits.BLOCK_BYTES * 2);
    int plain = in.count(Limits.BLOCK_BYTES);
    int compression = in.count(1);
    var chunks = ChunkRef.readAll(in);
    long sum = 0;
    for (var chunk : chunks) sum += chunk.lengthBytes();
    if (sum != plain) throw new Damaged("a block is not the sum of its chunks");
    return new Block(sealed, plain, compression == 1, chunks);
  }
}
