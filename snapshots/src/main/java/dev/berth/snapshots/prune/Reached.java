package dev.berth.snapshots.prune;

import dev.berth.snapshots.format.ChunkRef;
import dev.berth.snapshots.format.Entry;
import dev.berth.snapshots.format.Snapshot;
import dev.berth.snapshots.repository.Catalog;
import dev.berth.snapshots.repository.ChunkMarks;
import dev.berth.snapshots.repository.ChunkReader;
import dev.berth.snapshots.tree.TreeCursor;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
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
    var open = new ArrayDeque<Open>(); // not by recursion: a tree is deeper than a stack
    enter("", root, visitor, open);
    while (!open.isEmpty()) {
      var here = open.getLast();
      try {
        var entry = here.entries.next();
        if (entry.isEmpty()) {
          open.removeLast();
          continue;
        }
        var at = shorter(here.path) + "/" + entry.get().name();
        switch (entry.get()) {
          case Entry.Folder inner -> enter(at, inner, visitor, open);
          case Entry.File file -> visitor.chunks(at, file.content());
          case Entry.Link _, Entry.Fifo _, Entry.Whiteout _ -> {}
        }
      } catch (IOException e) {
        open.removeLast();
        trouble.at(here.path + "/", e);
      }
    }
  }

  /** A folder that is being gone through. */
  private record Open(String path, TreeCursor entries) {}

  private void enter(String path, Entry.Folder folder, Visitor visitor, Deque<Open> open) {
    if (!isNew(folder.content())) return;
    visitor.chunks(path + "/", folder.content());
    open.addLast(new Open(path, new TreeCursor(chunks, folder.content())));
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
