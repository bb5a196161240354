package dev.berth.snapshots.tree;

import dev.berth.snapshots.chunk.Chunker;
import dev.berth.snapshots.format.ChunkRef;
import dev.berth.snapshots.format.PackKind;
import dev.berth.snapshots.repository.ChunkWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Turns bytes that come in pieces into chunks. For one thread, one stream after the other. */
public final class Chunking {
  /** Room for the rest of one chunk and for what is read next. */
  private static final int MOST_BYTES = Chunker.LARGEST_BYTES + (1 << 20);

  /** As large as what came through so far has asked for: most files are small. */
  private byte[] bytes = new byte[64 << 10];

  private final Chunker chunker;
  private final ChunkWriter.Lane lane;
  private int length;
  private List<ChunkRef> chunks = new ArrayList<>(1);

  public Chunking(Chunker chunker, ChunkWriter.Lane lane) {
    this.chunker = chunker;
    this.lane = lane;
  }

  /** Where the next bytes go, from {@link #length} on, before {@link #added} tells how many. */
  public byte[] buffer() {
    return bytes;
  }

  public int length() {
    return length;
  }

  public int room() {
    return bytes.length - length;
  }

  /** So many bytes are new in the buffer. */
  public void added(int count) throws IOException {
    length += count;
    if (length < bytes.length) return;
    if (length < MOST_BYTES) {
      bytes = Arrays.copyOf(bytes, Math.min(MOST_BYTES, length * 4));
    } else {
      cut(Chunker.LARGEST_BYTES);
    }
  }

  /** Cuts while at least {@code least} bytes are there: a cut may need to see all of them. */
  private void cut(int least) throws IOException {
    int from = 0;
    while (length - from >= least) {
      int chunk = chunker.length(bytes, from, length);
      chunks.add(lane.put(PackKind.DATA, bytes, from, chunk));
      from += chunk;
    }
    System.arraycopy(bytes, from, bytes, 0, length - from);
    length -= from;
  }

  /** The stream's chunks; the next bytes begin another. */
  public List<ChunkRef> end() throws IOException {
    cut(1);
    var all = List.copyOf(chunks);
    restart();
    return all;
  }

  /** Forgets what was begun. */
  public void restart() {
    length = 0;
    chunks = new ArrayList<>(1);
  }
}
