package dev.berth.snapshots.prune;

import dev.berth.snapshots.format.ChunkRef;
import dev.berth.snapshots.format.Entry;
import dev.berth.snapshots.format.Snapshot;
import dev.berth.snapshots.repository.Catalog;
import dev.berth.snapshots.repository.ChunkMarks;
import dev.berth.snapshots.repository.ChunkReader;
import dev.berth.snapshots.tree.TreeCursor;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Goes through all that snapshots reach. A folder that several snapshots share is gone through
 * once; what that takes to remember is a bit for most folders.
 */
final class Reached {
  private final ChunkReader chunks;

  /** Folders of one chunk, which nearly all are. */
  private final ChunkMarks smallFolders;

  private final Set<List<ChunkRef>> otherFolders = new HashSet<>();

  Reached(ChunkReader chunks, Catalog catalog) {
    this.chunks = chunks;
    this.smallFolders = new ChunkMarks(catalog);
  }

  /** Where a snapshot cannot be gone through any further. */
  interface Trouble {
    void at(String path, IOException why) throws IOException;
  }

  /** Told of each file and folder's chunks. */
  interface Visitor {
    void chunks(String path, List<ChunkRef> chunks);
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
    if (!isNew(folder.content())) return;
    visitor.chunks(path + "/", folder.content());
    var cursor = new TreeCursor(chunks, folder.content());
    try {
      for (var entry = cursor.next(); entry.isPresent(); entry = cursor.next()) {
        var at = shorter(path) + "/" + entry.get().name();
        switch (entry.get()) {
          case Entry.Folder inner -> add(at, inner, visitor, trouble);
          case Entry.File file -> visitor.chunks(at, file.content());
          case Entry.Link _, Entry.Fifo _, Entry.Whiteout _ -> {}
        }
      }
    } catch (IOException e) {
      trouble.at(path + "/", e);
    }
  }

  private boolean isNew(List<ChunkRef> folder) {
    return folder.size() == 1
        ? smallFolders.add(folder.getFirst().name())
        : otherFolders.add(folder);
  }

  /** A path for people: its beginning does when it is endless. */
  private static String shorter(String path) {
    return path.length() > 1000 ? path.substring(0, 1000) + "..." : path;
  }
}
