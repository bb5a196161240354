package dev.berth.snapshots.restore;

import dev.berth.base.posix.Posix;
import dev.berth.base.posix.Posix.Attribute;
import dev.berth.base.posix.PosixException;
import dev.berth.base.posix.Status;
import dev.berth.snapshots.format.ChunkNamer;
import dev.berth.snapshots.format.Damaged;
import dev.berth.snapshots.format.Entry;
import dev.berth.snapshots.format.Limits;
import dev.berth.snapshots.format.Snapshot;
import dev.berth.snapshots.repository.Catalog;
import dev.berth.snapshots.repository.ChunkReader;
import dev.berth.snapshots.repository.Repository;
import dev.berth.snapshots.tree.TreeCursor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;

/**
 * Holds a folder on the disk against the snapshot that it was restored from, by reading all of it:
 * every name, what a file has beside its bytes, and the bytes against the names of their chunks,
 * which are keyed hashes of what was read when it was saved. For one thread, once.
 */
public final class Verification implements AutoCloseable {
  private static final long TREE_BYTES = 16L << 20;

  /** As many lines as somebody reads. */
  private static final int MOST_DIFFERENCES = 20;

  private final ChunkReader chunks;
  private final ChunkNamer namer;
  private final Posix posix;
  private final Deque<Open> open = new ArrayDeque<>();
  private final List<String> differences = new ArrayList<>();
  private final byte[] buffer = new byte[Limits.CHUNK_BYTES];
  private long files;
  private long bytes;
  private long more;

  private Verification(Repository repository) throws IOException, InterruptedException {
    this.chunks = new ChunkReader(repository, Catalog.load(repository), TREE_BYTES);
    this.namer = repository.keys().chunkNamer();
    this.posix = new Posix(); // last, so that nothing is left where the rest fails
  }

  /**
   * What came out.
   *
   * @param files that were read, of so many {@code bytes}
   * @param differences for people; the first few, {@code more} beyond them
   */
  public record Result(long files, long bytes, List<String> differences, long more) {
    public Result {
      differences = List.copyOf(differences);
    }
  }

  /** Compares {@code folder} with {@code snapshot}. */
  public static Result of(Repository repository, Snapshot snapshot, Path folder)
      throws IOException, InterruptedException {
    try (var verification = new Verification(repository)) {
      return verification.run(snapshot.rootEntry(), folder);
    }
  }

  private static final class Open {
    final String path;
    final int fd;
    final TreeCursor entries;
    long names;

    Open(String path, int fd, TreeCursor entries) {
      this.path = path;
      this.fd = fd;
      this.entries = entries;
    }
  }

  private Result run(Entry.Folder root, Path folder) throws IOException, InterruptedException {
    enter("", root, posix.openFolder(folder));
    while (!open.isEmpty()) {
      if (Thread.interrupted()) throw new InterruptedException();
      var here = open.getLast();
      var entry = here.entries.next();
      if (entry.isPresent()) {
        here.names++;
        look(here, entry.get());
      } else {
        leave(here);
      }
    }
    return new Result(files, bytes, differences, more);
  }

  private void enter(String path, Entry.Folder folder, int fd) throws IOException {
    open.addLast(new Open(path, fd, new TreeCursor(chunks, folder.content())));
    attributes(path, folder.traits(), posix.attributes(fd));
  }

  private void leave(Open folder) throws IOException {
    var there = new long[1];
    posix.names(folder.fd, _ -> there[0]++);
    if (there[0] != folder.names) {
      tell(folder.path, "has %d names and should have %d".formatted(there[0], folder.names));
    }
    open.removeLast(); // only now: until then it is closed at the end
    posix.close(folder.fd);
  }

  private void tell(String path, String what) {
    if (differences.size() < MOST_DIFFERENCES) {
      differences.add((path.isEmpty() ? "/" : path) + ": " + what);
    } else {
      more++;
    }
  }

  private void look(Open here, Entry entry) throws IOException, InterruptedException {
    var path = here.path + "/" + entry.name().escaped();
    try {
      var status = posix.status(here.fd, entry.name());
      if (!isKind(entry, status)) {
        tell(path, "is something else");
        return;
      }
      traits(path, entry, status);
      switch (entry) {
        case Entry.Folder folder -> {
          if (open.size() >= Limits.DEPTH) throw new Damaged("a tree has folders without an end");
          enter(path, folder, posix.openFolder(here.fd, entry.name()));
        }
        case Entry.File file -> file(path, here.fd, file, status);
        case Entry.Link(_, var target) -> {
          if (!posix.target(here.fd, entry.name()).equals(target)) tell(path, "leads elsewhere");
        }
        case Entry.Fifo _, Entry.Whiteout _ -> {}
      }
    } catch (PosixException e) {
      tell(path, e.what());
    }
  }

  private static boolean isKind(Entry entry, Status status) {
    return switch (entry) {
      case Entry.Folder _ -> status.isFolder();
      case Entry.File _ -> status.isFile();
      case Entry.Link _ -> status.isLink();
      case Entry.Fifo _ -> status.isFifo();
      case Entry.Whiteout _ -> status.isWhiteout();
    };
  }

  private void traits(String path, Entry entry, Status status) {
    var traits = entry.traits();
    if (status.uid() != traits.uid() || status.gid() != traits.gid()) tell(path, "other owner");
    // A link's rights are nothing, and a whiteout's are overlayfs's.
    boolean hasRights = !(entry instanceof Entry.Link || entry instanceof Entry.Whiteout);
    if (hasRights && status.rights() != traits.rights()) tell(path, "other rights");
    if (!status.modified().equals(traits.modified())) tell(path, "other time");
  }

  private void attributes(String path, Entry.Traits traits, List<Attribute> there) {
    boolean same = there.size() == traits.attributes().size();
    var wanted = sorted(traits.attributes());
    var found = sorted(there);
    for (int i = 0; same && i < wanted.size(); i++) {
      same =
          wanted.get(i).name().equals(found.get(i).name())
              && Arrays.equals(wanted.get(i).value(), found.get(i).value());
    }
    if (!same) tell(path, "other attributes");
  }

  private static List<Attribute> sorted(List<Attribute> attributes) {
    return attributes.stream().sorted(Comparator.comparing(Attribute::name)).toList();
  }

  private void file(String path, int at, Entry.File file, Status status) throws IOException {
    if (status.sizeBytes() != file.sizeBytes()) {
      tell(path, "has %d bytes and should have %d".formatted(status.sizeBytes(), file.sizeBytes()));
      return;
    }
    int fd = posix.openToRead(at, file.name());
    try {
      attributes(path, file.traits(), posix.attributes(fd));
      if (!sameBytes(fd, file)) tell(path, "has other bytes");
    } finally {
      posix.close(fd);
    }
    files++;
    for (var chunk : file.content()) bytes += chunk.lengthBytes();
  }

  /** Chunks go on over holes, which are in none. */
  private boolean sameBytes(int fd, Entry.File file) throws IOException {
    var runs =
        (file.hasHoles() ? file.runs() : List.of(new Entry.Run(0, file.sizeBytes()))).iterator();
    long position = 0;
    long left = 0;
    for (var chunk : file.content()) {
      int have = 0;
      while (have < chunk.lengthBytes()) {
        while (left == 0) {
          var run = runs.next(); // the entry's reader has counted that they are as many
          position += run.gapBytes();
          left = run.lengthBytes();
        }
        int want = (int) Math.min(left, chunk.lengthBytes() - have);
        if (posix.read(fd, buffer, have, want, position) < want) return false;
        have += want;
        position += want;
        left -= want;
      }
      if (!namer.name(buffer, 0, have).equals(chunk.name())) return false;
    }
    return true;
  }

  @Override
  public void close() throws IOException {
    for (var folder : open) posix.close(folder.fd);
    posix.close();
  }
}
