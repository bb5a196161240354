package dev.berth.snapshots.restore;

import static dev.berth.snapshots.restore.TarHeader.ascii;

import dev.berth.snapshots.format.ByteWriter;
import dev.berth.snapshots.format.Damaged;
import dev.berth.snapshots.format.Entry;
import dev.berth.snapshots.format.Limits;
import dev.berth.snapshots.format.Snapshot;
import dev.berth.snapshots.repository.Catalog;
import dev.berth.snapshots.repository.ChunkReader;
import dev.berth.snapshots.repository.Repository;
import dev.berth.snapshots.tree.TreeCursor;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/** Writes a snapshot as a tar archive, which any tar unpacks: GNU's with {@code --xattrs}. */
public final class TarExport {
  private static final long BLOCK_BYTES = 32L << 20;

  private final ChunkReader chunks;
  private final OutputStream out;
  private final Linked linked = new Linked();

  /** The path of what is written now: one for all, as a tree may be two thousand folders deep. */
  private byte[] path = new byte[256];

  private int pathLength;
  private final byte[] zeros = new byte[TarHeader.BLOCK * 2];

  private TarExport(ChunkReader chunks, OutputStream out) {
    this.chunks = chunks;
    this.out = out;
  }

  /** Writes all of {@code snapshot}; {@code out} stays open, and should be buffered. */
  public static void write(Repository repository, Snapshot snapshot, OutputStream out)
      throws IOException, InterruptedException {
    write(repository, snapshot.rootEntry(), out);
  }

  /** Writes one folder of a snapshot, with paths from there on. */
  public static void write(Repository repository, Entry.Folder folder, OutputStream out)
      throws IOException, InterruptedException {
    var chunks = new ChunkReader(repository, Catalog.load(repository), BLOCK_BYTES);
    var export = new TarExport(chunks, out);
    export.tree(folder);
    out.write(export.zeros); // the archive's end
    out.flush();
  }

  /**
   * A folder that is being written.
   *
   * @param pathLength of its own path, with a slash at its end
   */
  private record Open(Place place, int pathLength, TreeCursor entries) {}

  private void tree(Entry.Folder root) throws IOException, InterruptedException {
    Deque<Open> open = new ArrayDeque<>();
    append(ascii("./"));
    open.add(enter(Place.root(), root));
    while (!open.isEmpty()) {
      var here = open.getLast();
      var entry = here.entries.next();
      if (entry.isEmpty()) {
        open.removeLast();
        continue;
      }
      pathLength = here.pathLength;
      append(entry.get().name().bytes());
      var traits = entry.get().traits();
      switch (entry.get()) {
        case Entry.Folder folder -> {
          if (open.size() >= Limits.DEPTH) throw new Damaged("a tree has folders without an end");
          append(ascii("/"));
          open.add(enter(here.place.in(folder.name()), folder));
        }
        case Entry.File file -> file(here.place, file);
        case Entry.Link(_, var target) -> header('2', target.bytes(), traits);
        case Entry.Fifo _ -> header('6', new byte[0], traits);
        case Entry.Whiteout _ -> header('3', new byte[0], traits); // a device 0/0
      }
    }
  }

  private Open enter(Place place, Entry.Folder folder) throws IOException {
    header('5', new byte[0], folder.traits());
    return new Open(place, pathLength, new TreeCursor(chunks, folder.content()));
  }

  private void append(byte[] step) {
    if (pathLength + step.length > path.length) {
      path = Arrays.copyOf(path, Math.max(2 * path.length, pathLength + step.length));
    }
    System.arraycopy(step, 0, path, pathLength, step.length);
    pathLength += step.length;
  }

  private byte[] path() {
    return Arrays.copyOf(path, pathLength);
  }

  private static byte[] path(Linked.First first) {
    var path = new ByteWriter(256);
    path.raw(ascii("./"));
    for (var step : first.folder().steps()) {
      path.raw(step.bytes());
      path.u8('/');
    }
    path.raw(first.name().bytes());
    return path.toArray();
  }

  private void header(char type, byte[] target, Entry.Traits traits) throws IOException {
    out.write(new TarHeader().blocks((byte) type, path(), target, traits, 0));
  }

  private void file(Place in, Entry.File file) throws IOException, InterruptedException {
    if (file.linkGroup() != 0) {
      var first = linked.first(file);
      if (first.isPresent()) {
        header('1', path(first.get()), file.traits());
        return;
      }
      linked.add(file, in); // where there is no room, each of its names is a file of its own
    }
    var header = new TarHeader();
    var map = file.hasHoles() ? map(file) : new byte[0];
    long data = map.length;
    for (var chunk : file.content()) data += chunk.lengthBytes();
    if (file.hasHoles()) {
      header.record("GNU.sparse.major", "1");
      header.record("GNU.sparse.minor", "0");
      header.record("GNU.sparse.name", path());
      header.record("GNU.sparse.realsize", Long.toString(file.sizeBytes()));
    }
    out.write(header.blocks((byte) '0', path(), new byte[0], file.traits(), data));
    out.write(map);
    for (var ref : file.content()) {
      var chunk = chunks.read(ref);
      out.write(chunk.array(), chunk.offset(), chunk.length());
    }
    out.write(zeros, 0, TarHeader.padding(data));
  }

  /** Where a sparse file's data is, as GNU tar's format 1.0 has it before the data. */
  private static byte[] map(Entry.File file) {
    var map = new ByteWriter(TarHeader.BLOCK);
    boolean tail =
        file.runs().stream().mapToLong(run -> run.gapBytes() + run.lengthBytes()).sum()
            < file.sizeBytes();
    map.raw(ascii((file.runs().size() + (tail ? 1 : 0)) + "\n"));
    long at = 0;
    for (var run : file.runs()) {
      at += run.gapBytes();
      map.raw(ascii(at + "\n" + run.lengthBytes() + "\n"));
      at += run.lengthBytes();
    }
    if (tail) map.raw(ascii(file.sizeBytes() + "\n0\n"));
    map.raw(new byte[TarHeader.padding(map.length())]);
    return map.toArray();
  }
}
