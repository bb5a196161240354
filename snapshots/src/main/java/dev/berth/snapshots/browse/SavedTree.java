package dev.berth.snapshots.browse;

import dev.berth.base.posix.Name;
import dev.berth.snapshots.format.Entry;
import dev.berth.snapshots.format.Snapshot;
import dev.berth.snapshots.repository.Catalog;
import dev.berth.snapshots.repository.ChunkReader;
import dev.berth.snapshots.repository.Repository;
import dev.berth.snapshots.tree.TreeCursor;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;

/** The files of snapshots of one repository, to be looked at. Safe for all threads. */
public final class SavedTree {
  /** A few folders of the two snapshots that are compared stand in as many blocks. */
  private static final long BLOCK_BYTES = 16L << 20;

  private static final byte[] ZEROS = new byte[64 << 10];

  private final ChunkReader chunks;

  private SavedTree(ChunkReader chunks) {
    this.chunks = chunks;
  }

  /** Of what {@code repository} has now. */
  public static SavedTree of(Repository repository) throws IOException, InterruptedException {
    return new SavedTree(new ChunkReader(repository, Catalog.load(repository), BLOCK_BYTES));
  }

  /** What is at {@code path} in a folder; the folder itself where the path has no names. */
  public Optional<Entry> find(Entry.Folder folder, List<Name> path)
      throws IOException, InterruptedException {
    Entry here = folder;
    for (var name : path) {
      if (!(here instanceof Entry.Folder in)) return Optional.empty();
      var next = entries(in).find(name);
      if (next.isEmpty()) return Optional.empty();
      here = next.get();
    }
    return Optional.of(here);
  }

  /** What a folder has, in the order of the names. */
  public TreeCursor entries(Entry.Folder folder) {
    return new TreeCursor(chunks, folder.content());
  }

  /** Writes all bytes of a file, its holes as zeros. */
  public void copy(Entry.File file, OutputStream out) throws IOException, InterruptedException {
    if (!file.hasHoles()) {
      for (var ref : file.content()) {
        var chunk = chunks.read(ref);
        out.write(chunk.array(), chunk.offset(), chunk.length());
      }
      return;
    }
    var content = file.content().iterator();
    byte[] array = ZEROS;
    int offset = 0;
    int left = 0;
    long written = 0;
    for (var run : file.runs()) {
      zeros(run.gapBytes(), out);
      for (long missing = run.lengthBytes(); missing > 0; ) {
        if (left == 0) {
          var chunk = chunks.read(content.next()); // the entry's reader has counted them
          array = chunk.array();
          offset = chunk.offset();
          left = chunk.length();
        }
        int now = (int) Math.min(missing, left);
        out.write(array, offset, now);
        offset += now;
        left -= now;
        missing -= now;
      }
      written += run.gapBytes() + run.lengthBytes();
    }
    zeros(file.sizeBytes() - written, out);
  }

  private static void zeros(long count, OutputStream out) throws IOException {
    for (long left = count; left > 0; left -= ZEROS.length) {
      out.write(ZEROS, 0, (int) Math.min(left, ZEROS.length));
    }
  }

  /**
   * What is not the same in two snapshots, {@code before} perhaps nothing at all.
   *
   * @param most how many differences are told one by one
   */
  public Differences compare(Optional<Snapshot> before, Snapshot now, int most)
      throws IOException, InterruptedException {
    Optional<Entry.Folder> old =
        before.isPresent() ? Optional.of(before.get().rootEntry()) : Optional.empty();
    return new Comparison(this, most).run(old, now.rootEntry());
  }
}
