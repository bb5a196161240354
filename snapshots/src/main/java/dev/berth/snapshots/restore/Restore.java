package dev.berth.snapshots.restore;

import dev.berth.base.Problem;
import dev.berth.base.posix.Name;
import dev.berth.base.posix.Posix;
import dev.berth.base.posix.PosixException;
import dev.berth.base.process.Workers;
import dev.berth.snapshots.format.ChunkRef;
import dev.berth.snapshots.format.Damaged;
import dev.berth.snapshots.format.Entry;
import dev.berth.snapshots.format.Finding;
import dev.berth.snapshots.format.Limits;
import dev.berth.snapshots.format.Snapshot;
import dev.berth.snapshots.repository.Catalog;
import dev.berth.snapshots.repository.ChunkReader;
import dev.berth.snapshots.repository.Repository;
import dev.berth.snapshots.tree.TreeCursor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Makes a snapshot's tree in a new folder: one thread makes folders and all that is small, some
 * threads write files. Everything is made relative to an open folder under a name that must be new,
 * so no link, whoever made it, leads out.
 */
public final class Restore {
  /** Blocks that are kept open: files of a folder stand in few, and threads are not far apart. */
  private static final long BLOCK_BYTES = 24L << 20;

  private static final int MOST_WAITING = 512;

  /** Of a larger file several threads write so many each: about 16 MiB, most of one pack. */
  private static final int PART_CHUNKS = 16;

  private final Repository repository;
  private final int threads;

  /** Restores from {@code repository}, writing with so many threads. */
  public Restore(Repository repository, int threads) {
    this.repository = repository;
    this.threads = threads;
  }

  /**
   * Makes the tree in {@code target}, which must be empty or not there, and answers what could not
   * be kept. Throws {@link Damaged} where a part of it is lost; then what is there is not all of
   * it. On return it is on the disk.
   */
  public List<Finding> run(Snapshot snapshot, Path target)
      throws IOException, InterruptedException {
    prepare(target);
    var chunks = new ChunkReader(repository, Catalog.load(repository), BLOCK_BYTES);
    return new Running(chunks).run(snapshot.rootEntry(), target);
  }

  /**
   * The same of one folder of the snapshot's root. Empty, and nothing is made, where it has none of
   * that name.
   */
  public Optional<List<Finding>> run(Snapshot snapshot, Name part, Path target)
      throws IOException, InterruptedException {
    prepare(target);
    var chunks = new ChunkReader(repository, Catalog.load(repository), BLOCK_BYTES);
    var folder = folder(chunks, snapshot, part);
    return folder.isEmpty()
        ? Optional.empty()
        : Optional.of(new Running(chunks).run(folder.get(), target));
  }

  /** Whether the snapshot's root has a folder of that name with something in it. */
  public boolean hasAny(Snapshot snapshot, Name part) throws IOException, InterruptedException {
    var chunks = new ChunkReader(repository, Catalog.load(repository), BLOCK_BYTES);
    var folder = folder(chunks, snapshot, part);
    return folder.isPresent() && new TreeCursor(chunks, folder.get().content()).next().isPresent();
  }

  private static Optional<Entry.Folder> folder(ChunkReader chunks, Snapshot snapshot, Name part)
      throws IOException, InterruptedException {
    return new TreeCursor(chunks, snapshot.rootEntry().content())
        .find(part)
        .filter(Entry.Folder.class::isInstance)
        .map(Entry.Folder.class::cast);
  }

  private static void prepare(Path target) throws IOException {
    Files.createDirectories(target);
    try (var there = Files.newDirectoryStream(target)) {
      if (there.iterator().hasNext()) {
        throw new Problem.Conflict(
            "Cannot restore into %s: it is not empty.".formatted(target),
            "Give a folder that is empty or not there.");
      }
    }
  }

  private sealed interface Job {
    record Write(FolderInProgress folder, Entry.File file) implements Job {}

    /**
     * Some chunks of a file that was made already.
     *
     * @param before bytes of the chunks before them
     */
    record WritePart(FileInProgress file, int from, int to, long before) implements Job {}
  }

  /** A file that is made, since it has several names or since several threads write it. */
  private record FileInProgress(
      FolderInProgress folder, Entry.File file, int fd, AtomicInteger partsLeft) {}

  private final class Running {
    private final ChunkReader chunks;
    private final Workers<Job> writers = new Workers<>(MOST_WAITING);
    private final Set<Integer> openFds = ConcurrentHashMap.newKeySet();
    private final List<Finding> findings = new ArrayList<>();

    Running(ChunkReader chunks) {
      this.chunks = chunks;
    }

    List<Finding> run(Entry.Folder root, Path target) throws IOException, InterruptedException {
      try (var posix = new Posix()) {
        int rootFd = posix.openFolder(target);
        openFds.add(rootFd);
        try {
          writers.run(
              "snapshot-writer-", threads, this::writeFiles, () -> walk(posix, rootFd, root));
          posix.sync(rootFd);
        } finally {
          for (int fd : openFds) posix.close(fd);
        }
      }
      return findings();
    }

    private synchronized List<Finding> findings() {
      return List.copyOf(findings);
    }

    private synchronized void find(FolderInProgress folder, Name name, IOException e) {
      if (findings.size() < Snapshot.MOST_FINDINGS) {
        findings.add(
            new Finding(
                Finding.Kind.NOT_KEPT, folder.path() + name, String.valueOf(e.getMessage())));
      }
    }

    private void writeFiles() throws IOException, InterruptedException {
      try (var posix = new Posix()) {
        for (var next = writers.next(); next.isPresent(); next = writers.next()) {
          switch (next.get()) {
            case Job.Write(var folder, var file) ->
                write(posix, folder, file, posix.createFile(folder.fd(), file.name()));
            case Job.WritePart part -> writePart(posix, part);
          }
        }
      }
    }

    private void write(Posix posix, FolderInProgress folder, Entry.File file, int fd)
        throws IOException, InterruptedException {
      try {
        content(posix, file, fd, file.content(), 0);
        finish(posix, folder, file, fd);
      } finally {
        posix.close(fd);
      }
      end(posix, folder);
    }

    private void writePart(Posix posix, Job.WritePart part)
        throws IOException, InterruptedException {
      var made = part.file;
      var refs = made.file.content().subList(part.from, part.to);
      content(posix, made.file, made.fd, refs, part.before);
      if (made.partsLeft.decrementAndGet() > 0) return;
      finish(posix, made.folder, made.file, made.fd);
      close(posix, made.fd);
      end(posix, made.folder);
    }

    /** All of its bytes are there. */
    private void finish(Posix posix, FolderInProgress folder, Entry.File file, int fd)
        throws IOException {
      if (file.hasHoles()) posix.length(fd, file.sizeBytes()); // no data is behind the last one
      attributes(posix, folder, file.traits(), fd);
      posix.modified(fd, file.traits().modified());
    }

    /** Writes those of the file's chunks that are behind {@code before} bytes of others. */
    private void content(Posix posix, Entry.File file, int fd, List<ChunkRef> refs, long before)
        throws IOException, InterruptedException {
      var places = new Places(file);
      places.skip(before);
      for (var ref : refs) {
        var chunk = chunks.read(ref);
        int done = 0;
        while (done < chunk.length()) {
          int count = places.next(chunk.length() - done);
          posix.write(fd, chunk.array(), chunk.offset() + done, count, places.position());
          places.done(count);
          done += count;
        }
      }
    }

    /** Owner first: a change of owner takes capabilities and setuid away. */
    private void attributes(Posix posix, FolderInProgress folder, Entry.Traits traits, int fd)
        throws IOException {
      try {
        posix.own(fd, traits.uid(), traits.gid());
      } catch (PosixException e) {
        find(folder, traits.name(), e);
      }
      for (var attribute : traits.attributes()) {
        try {
          posix.attribute(fd, attribute);
        } catch (PosixException e) {
          find(folder, traits.name(), e);
        }
      }
      posix.mode(fd, traits.rights());
    }

    /** Says that something in the folder is done, and ends each folder that this completes. */
    private void end(Posix posix, FolderInProgress first) throws IOException {
      for (var folder = first; folder.end(); ) {
        attributes(posix, folder, folder.traits(), folder.fd());
        posix.modified(folder.fd(), folder.traits().modified());
        if (folder.parent().isEmpty()) return; // the root's descriptor is closed at the very end
        close(posix, folder.fd());
        folder = folder.parent().get();
      }
    }

    private record Open(FolderInProgress folder, TreeCursor entries) {}

    private record Opened(Place place, int fd) {}

    private final Linked linked = new Linked();
    private Optional<Opened> opened = Optional.empty();

    private void walk(Posix posix, int rootFd, Entry.Folder root)
        throws IOException, InterruptedException {
      Deque<Open> open = new ArrayDeque<>();
      open.add(
          new Open(
              new FolderInProgress(Optional.empty(), root.traits(), rootFd),
              new TreeCursor(chunks, root.content())));
      while (!open.isEmpty()) {
        writers.throwIfStopped();
        if (Thread.interrupted()) throw new InterruptedException();
        var here = open.getLast();
        var entry = here.entries.next();
        if (entry.isEmpty()) {
          open.removeLast();
          end(posix, here.folder);
          continue;
        }
        switch (entry.get()) {
          case Entry.Folder folder -> open.add(enter(posix, here.folder, folder));
          case Entry.File file -> file(posix, rootFd, here.folder, file);
          case Entry.Link link -> other(posix, here.folder, link);
          case Entry.Fifo fifo -> other(posix, here.folder, fifo);
          case Entry.Whiteout whiteout -> other(posix, here.folder, whiteout);
        }
      }
    }

    private Open enter(Posix posix, FolderInProgress in, Entry.Folder folder) throws IOException {
      if (in.place().depth() + 1 >= Limits.DEPTH)
        throw new Damaged("a tree has folders without an end");
      posix.makeFolder(in.fd(), folder.name());
      int fd = posix.openFolder(in.fd(), folder.name());
      openFds.add(fd);
      in.begin();
      return new Open(
          new FolderInProgress(Optional.of(in), folder.traits(), fd),
          new TreeCursor(chunks, folder.content()));
    }

    private void file(Posix posix, int rootFd, FolderInProgress in, Entry.File file)
        throws IOException, InterruptedException {
      int count = file.content().size();
      if (file.linkGroup() == 0 && count <= PART_CHUNKS) {
        in.begin();
        writers.hand(new Job.Write(in, file));
        return;
      }
      if (file.linkGroup() != 0 && isLinked(posix, rootFd, in, file)) return;
      int fd = posix.createFile(in.fd(), file.name());
      openFds.add(fd);
      in.begin();
      int parts = Math.max(1, (count + PART_CHUNKS - 1) / PART_CHUNKS);
      var made = new FileInProgress(in, file, fd, new AtomicInteger(parts));
      long before = 0;
      for (int part = 0; part < parts; part++) {
        int from = part * PART_CHUNKS;
        int to = Math.min(count, from + PART_CHUNKS);
        writers.hand(new Job.WritePart(made, from, to, before));
        for (var ref : file.content().subList(from, to)) before += ref.lengthBytes();
      }
    }

    /** Whether the file was there under another name, and has this one too now. */
    private boolean isLinked(Posix posix, int rootFd, FolderInProgress in, Entry.File file)
        throws IOException {
      var first = linked.first(file);
      if (first.isPresent()) {
        int at = open(posix, rootFd, first.get().folder());
        posix.hardLink(at, first.get().name(), in.fd(), file.name());
      } else if (!linked.add(file, in.place())) {
        find(in, file.name(), new IOException("is a file of its own: too many have several names"));
      }
      return first.isPresent();
    }

    /** The folder at {@code place}; it stays open, as the next link is often to one of the same. */
    private int open(Posix posix, int rootFd, Place place) throws IOException {
      if (opened.filter(one -> one.place == place).isPresent()) return opened.get().fd;
      int at = rootFd;
      for (var step : place.steps()) {
        int next = posix.openFolder(at, step);
        openFds.add(next);
        if (at != rootFd) close(posix, at);
        at = next;
      }
      if (opened.isPresent() && opened.get().fd != rootFd) close(posix, opened.get().fd);
      opened = Optional.of(new Opened(place, at));
      return at;
    }

    private void close(Posix posix, int fd) throws IOException {
      openFds.remove(fd); // before: another one may get the number
      posix.close(fd);
    }

    private void other(Posix posix, FolderInProgress in, Entry entry) throws IOException {
      var traits = entry.traits();
      switch (entry) {
        case Entry.Link(_, var target) -> posix.makeLink(target, in.fd(), traits.name());
        case Entry.Fifo _ -> posix.makeFifo(in.fd(), traits.name());
        case Entry.Whiteout _ -> posix.makeWhiteout(in.fd(), traits.name());
        case Entry.File _, Entry.Folder _ -> throw new IllegalStateException("made elsewhere");
      }
      try {
        posix.own(in.fd(), traits.name(), traits.uid(), traits.gid());
        for (var attribute : traits.attributes()) {
          posix.attribute(in.fd(), traits.name(), attribute);
        }
      } catch (PosixException e) {
        find(in, traits.name(), e);
      }
      if (!(entry instanceof Entry.Link)) {
        posix.modeOfSpecial(in.fd(), traits.name(), traits.rights());
      }
      posix.modified(in.fd(), traits.name(), traits.modified());
    }
  }
}
