package dev.berth.snapshots.restore;

import dev.berth.base.Problem;
import dev.berth.base.posix.Name;
import dev.berth.base.posix.Posix;
import dev.berth.base.posix.PosixException;
import dev.berth.base.process.Beside;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
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

    record End() implements Job {}
  }

  /** A file that is made, since it has several names or since several threads write it. */
  private record FileInProgress(
      FolderInProgress folder, Entry.File file, int fd, AtomicInteger partsLeft) {}

  /** Where the first name of a file is, and how many others will come at most. */
  private record Linked(List<Name> folder, Name name, int left) {}

  private final class Running {
    private final ChunkReader chunks;
    private final BlockingQueue<Job> jobs = new ArrayBlockingQueue<>(MOST_WAITING);
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final Set<Integer> openFds = ConcurrentHashMap.newKeySet();
    private final List<Finding> findings = new ArrayList<>();

    Running(ChunkReader chunks) {
      this.chunks = chunks;
    }

    List<Finding> run(Entry.Folder root, Path target) throws IOException, InterruptedException {
      var writers = new ArrayList<Beside<Boolean>>();
      try (var posix = new Posix()) {
        int rootFd = posix.openFolder(target);
        try {
          for (int i = 0; i < threads; i++) {
            writers.add(
                Beside.begin(Thread.ofPlatform().name("snapshot-writer-" + i), this::writeFiles));
          }
          walk(posix, rootFd, root);
          for (int i = 0; i < threads; i++) hand(new Job.End());
        } catch (IOException | InterruptedException | RuntimeException e) {
          stopped.set(true);
          throw e;
        } finally {
          if (stopped.get()) jobs.clear();
          for (int i = 0; stopped.get() && i < threads; i++) jobs.add(new Job.End());
          try {
            Beside.endOf(writers);
          } finally {
            for (int fd : openFds) posix.close(fd);
          }
        }
        posix.sync(rootFd);
        posix.close(rootFd);
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

    private void hand(Job job) throws IOException, InterruptedException {
      while (!jobs.offer(job, 1, TimeUnit.SECONDS)) {
        if (stopped.get()) throw new IOException("a file could not be restored");
      }
    }

    private boolean writeFiles() throws IOException, InterruptedException {
      boolean ended = false;
      try (var posix = new Posix()) {
        while (true) {
          switch (jobs.take()) {
            case Job.End _ -> {
              ended = true;
              return true;
            }
            case Job.Write(var folder, var file) -> {
              if (!stopped.get()) {
                write(posix, folder, file, posix.createFile(folder.fd(), file.name()));
              }
            }
            case Job.WritePart part -> {
              if (!stopped.get()) writePart(posix, part);
            }
          }
        }
      } finally {
        if (!ended) stopped.set(true);
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
      openFds.remove(made.fd);
      posix.close(made.fd);
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
        openFds.remove(folder.fd());
        posix.close(folder.fd());
        folder = folder.parent().get();
      }
    }

    private record Open(FolderInProgress folder, TreeCursor entries) {}

    private final Map<Long, Linked> linked = new HashMap<>();

    private void walk(Posix posix, int rootFd, Entry.Folder root)
        throws IOException, InterruptedException {
      Deque<Open> open = new ArrayDeque<>();
      open.add(
          new Open(
              new FolderInProgress(Optional.empty(), root.traits(), rootFd),
              new TreeCursor(chunks, root.content())));
      while (!open.isEmpty()) {
        if (stopped.get()) throw new IOException("a file could not be restored");
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
      if (in.depth() + 1 >= Limits.DEPTH) throw new Damaged("a tree has folders without an end");
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
        hand(new Job.Write(in, file));
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
        hand(new Job.WritePart(made, from, to, before));
        for (var ref : file.content().subList(from, to)) before += ref.lengthBytes();
      }
    }

    /** Whether the file was there under another name, and has this one too now. */
    private boolean isLinked(Posix posix, int rootFd, FolderInProgress in, Entry.File file)
        throws IOException {
      var first = linked.get(file.linkGroup());
      if (first != null) {
        link(posix, rootFd, first, in, file);
        if (first.left <= 1) {
          linked.remove(file.linkGroup());
        } else {
          linked.put(file.linkGroup(), new Linked(first.folder, first.name, first.left - 1));
        }
        return true;
      }
      linked.put(file.linkGroup(), new Linked(in.steps(), file.name(), file.links() - 1));
      return false;
    }

    private void link(Posix posix, int rootFd, Linked first, FolderInProgress in, Entry.File file)
        throws IOException {
      int at = posix.openFolder(rootFd, Name.of("."));
      try {
        for (var step : first.folder) {
          int next = posix.openFolder(at, step);
          posix.close(at);
          at = next;
        }
        posix.hardLink(at, first.name, in.fd(), file.name());
      } finally {
        posix.close(at);
      }
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
