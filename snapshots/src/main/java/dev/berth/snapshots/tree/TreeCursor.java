package dev.berth.snapshots.tree;

import dev.berth.base.posix.Name;
import dev.berth.snapshots.format.ByteReader;
import dev.berth.snapshots.format.ChunkRef;
import dev.berth.snapshots.format.Damaged;
import dev.berth.snapshots.format.Entry;
import dev.berth.snapshots.repository.ChunkReader;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Reads a folder's entries in the order of their names, one chunk of them in memory at a time.
 * Refuses names that could lead out of the folder, and any that is there twice.
 */
public final class TreeCursor {
  private final ChunkReader chunks;
  private final List<ChunkRef> content;
  private int next;
  private byte[] bytes = new byte[0];
  private int at;
  private Optional<Entry> ahead = Optional.empty();
  private Name last = Name.of("");

  public TreeCursor(ChunkReader chunks, List<ChunkRef> content) {
    this.chunks = chunks;
    this.content = content;
  }

  /** The next entry; empty at the end. */
  public Optional<Entry> next() throws IOException, InterruptedException {
    if (ahead.isPresent()) {
      var entry = ahead;
      ahead = Optional.empty();
      return entry;
    }
    return read();
  }

  /** The entry called {@code name}; asked for in the order of names. */
  public Optional<Entry> find(Name name) throws IOException, InterruptedException {
    while (true) {
      var entry = next();
      if (entry.isEmpty()) return entry;
      int order = entry.get().name().compareTo(name);
      if (order == 0) return entry;
      if (order > 0) {
        ahead = entry;
        return Optional.empty();
      }
    }
  }

  private Optional<Entry> read() throws IOException, InterruptedException {
    while (true) {
      if (at == bytes.length && !more()) return Optional.empty();
      var in = new ByteReader(bytes, at, bytes.length);
      Entry entry;
      try {
        entry = Entry.read(in);
      } catch (Damaged e) {
        if (!more()) throw e; // an entry may go on in the next chunk
        continue;
      }
      at = in.position();
      checkName(entry.name());
      return Optional.of(entry);
    }
  }

  private void checkName(Name name) throws Damaged {
    if (!name.isOneStep()) throw new Damaged("a folder has an entry with an impossible name");
    if (name.compareTo(last) <= 0) throw new Damaged("a folder's entries are out of order");
    last = name;
  }

  private boolean more() throws IOException, InterruptedException {
    if (next == content.size()) return false;
    var chunk = chunks.read(content.get(next++));
    var rest = bytes.length - at;
    var joined = Arrays.copyOfRange(bytes, at, at + rest + chunk.length());
    System.arraycopy(chunk.array(), chunk.offset(), joined, rest, chunk.length());
    bytes = joined;
    at = 0;
    return true;
  }
}
