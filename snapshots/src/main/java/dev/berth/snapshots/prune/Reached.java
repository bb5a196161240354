package dev.berth.snapshots.prune;

import dev.berth.snapshots.format.ChunkName;
import dev.berth.snapshots.format.ChunkRef;
import dev.berth.snapshots.format.Entry;
import dev.berth.snapshots.format.Snapshot;
import dev.berth.snapshots.repository.ChunkReader;
import dev.berth.snapshots.tree.TreeCursor;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The chunks that snapshots reach. A folder that several snapshots share is gone through once.
 * Memory: about 90 bytes a chunk, which is what a prune of a million chunks costs.
 */
final class Reached {
  private final ChunkReader chunks;
  private final Set<ChunkName> all = new HashSet<>();
  private final Set<List<ChunkRef>> folders = new HashSet<>();

  Reached(ChunkReader chunks) {
    this.chunks = chunks;
  }

  /** Where a snapshot cannot be gone through any further. */
  interface Trouble {
    void at(String path, IOException why) throws IOException;
  }

  /** Told of each file and folder's chunks. */
  interface Visitor {
    void chunks(String path, List<ChunkRef> chunks);
  }

  Set<ChunkName> all() {
    return all;
  }

  void add(Snapshot snapshot, Visitor visitor, Trouble trouble)
      throws IOException, InterruptedException {
    Entry.Folder root;
    try {
      root = snapshot.rootEntry();
    } catch (IOException e) {
      trouble.at("/", e);
      return;
    }
    add("", root, visitor, trouble);
  }

  private void add(String path, Entry.Folder folder, Visitor visitor, Trouble trouble)
      throws IOException, InterruptedException {
    if (!folders.add(folder.content())) return;
    add(path + "/", folder.content(), visitor);
    var cursor = new TreeCursor(chunks, folder.content());
    try {
      for (var entry = cursor.next(); entry.isPresent(); entry = cursor.next()) {
        var at = shorter(path) + "/" + entry.get().name();
        switch (entry.get()) {
          case Entry.Folder inner -> add(at, inner, visitor, trouble);
          case Entry.File file -> add(at, file.content(), visitor);
          case Entry.Link _, Entry.Fifo _, Entry.Whiteout _ -> {}
        }
      }
    } catch (IOException e) {
      trouble.at(path + "/", e);
    }
  }

  private void add(String path, List<ChunkRef> content, Visitor visitor) {
    for (var chunk : content) all.add(chunk.name());
    visitor.chunks(path, content);
  }

  /** A path for people: its beginning does when it is endless. */
  private static String shorter(String path) {
    return path.length() > 1000 ? path.substring(0, 1000) + "..." : path;
  }
}
