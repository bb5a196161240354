package dev.berth.snapshots.save;

import dev.berth.base.posix.Name;
import dev.berth.base.posix.Posix;
import dev.berth.base.posix.PosixException;
import dev.berth.base.posix.Status;
import dev.berth.base.process.Workers;
import dev.berth.snapshots.chunk.Chunker;
import dev.berth.snapshots.format.Damaged;
import dev.berth.snapshots.format.Entry;
import dev.berth.snapshots.format.Finding;
import dev.berth.snapshots.format.Limits;
import dev.berth.snapshots.repository.Catalog;
import dev.berth.snapshots.repository.ChunkReader;
import dev.berth.snapshots.repository.ChunkWriter;
import dev.berth.snapshots.save.Union.Found;
import dev.berth.snapshots.tree.Chunking;
import dev.berth.snapshots.tree.TreeCursor;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Goes through a folder tree, or several that lie one over the other, folder by folder from its
 * root, and compares each name with the parent snapshot's; some threads beside it read what
 * changed. A folder is complete when its last entry is, in whichever thread that happens.
 */
final class Walk {
  /** Of a {@code .berthignore} file; what is longer is no list that somebody wrote. */
  private static final int IGNORE_FILE_BYTES = 64 << 10;

  /**
   * What the names of a folder take, and of those that it lies in: a million of usual length, of a
   * server that has 512 MiB for all it does.
   */
  private static final long NAMES_BYTES_MAX = 32L << 20;

  /**
   * Files that wait to be read. Each keeps its folder open, which is a descriptor for each layer
   * that has it: up to 31.
   */
  private static final int MOST_WAITING = 128;

  /**
   * Folders around the one that is gone through that stay open, for the same reason. Few trees are
   * deeper; in those that are, the ones further up are opened again on the way back.
   */
  private static final int KEPT_OPEN = 64;

  private final Catalog catalog;
  private final ChunkReader parentChunks;
  private final ChunkWriter writer;
  private final Chunker chunker;
  private final Findings findings;
  private final Counts counts;
  private final InstantSource clock;
  private final Workers<Job> readers = new Workers<>(MOST_WAITING);
  private final Held held = new Held();
  private final Set<Integer> openFolders = ConcurrentHashMap.newKeySet();
  private volatile Optional<Entry.Folder> root = Optional.empty();

  Walk(
      Catalog catalog,
      ChunkReader parentChunks,
      ChunkWriter writer,
      Chunker chunker,
      Findings findings,
      Counts counts,
      InstantSource clock) {
    this.catalog = catalog;
    this.parentChunks = parentChunks;
    this.writer = writer;
    this.chunker = chunker;
    this.findings = findings;
    this.counts = counts;
    this.clock = clock;
  }

  /** A file to read. */
  private record Job(FolderDraft folder, int slot, int at, Name name, Union union) {}

  /** The tree of {@code stack}, all of its chunks put. */
  Entry.Folder run(Stack stack, Scope scope, Optional<Entry.Folder> parent, int threads)
      throws IOException, InterruptedException {
    try {
      readers.run(
          "snapshot-reader-",
          threads,
          this::readFiles,
          () -> {
            try (var posix = new Posix()) {
              new Stepper(posix, writer.lane()).walk(stack, scope, parent);
            }
          });
    } finally {
      closeFolders();
    }
    return root.orElseThrow(() -> new IllegalStateException("a folder was never completed"));
  }

  /** Those that were not completed, after a failure. */
  private void closeFolders() throws IOException {
    try (var posix = new Posix()) {
      for (int fd : openFolders) posix.close(fd);
    }
  }

  private void readFiles() throws IOException, InterruptedException {
    try (var posix = new Posix()) {
      var lane = writer.lane();
      var files = new FileReader(posix, new Chunking(chunker, lane), findings, clock, readers);
      for (var next = readers.next(); next.isPresent(); next = readers.next()) {
        var job = next.get();
        var entry = files.read(job.folder, job.at, job.name, job.union);
        counts.readFiles.increment();
        put(lane, job.folder, job.slot, entry);
        close(posix, job.folder.wasRead());
      }
      lane.flush();
    }
  }

  /** Puts an entry into its folder, and each folder that this completes into its own. */
  private void put(ChunkWriter.Lane lane, FolderDraft folder, int slot, Optional<Entry> entry)
      throws IOException {
    if (entry.isPresent()) count(entry.get());
    boolean complete = folder.put(slot, entry, chunker, lane);
    if (complete) complete(lane, folder);
  }

  private void close(Posix posix, List<Union.Part> parts) throws IOException {
    for (var part : parts) {
      // Before: another one may get the number.
      if (openFolders.remove(part.fd())) posix.close(part.fd());
    }
  }

  private void complete(ChunkWriter.Lane lane, FolderDraft first) throws IOException {
    var folder = first;
    while (true) {
      var entry = folder.entry(chunker, lane);
      counts.folders.increment();
      if (folder.seat().isEmpty()) {
        root = Optional.of(entry);
        return;
      }
      var seat = folder.seat().get();
      if (!seat.parent().put(seat.slot(), Optional.of(entry), chunker, lane)) return;
      folder = seat.parent();
    }
  }

  private void count(Entry entry) {
    switch (entry) {
      case Entry.File file -> {
        counts.files.increment();
        counts.bytes.add(
            file.hasHoles()
                ? file.runs().stream().mapToLong(Entry.Run::lengthBytes).sum()
                : file.sizeBytes());
      }
      case Entry.Folder _ -> {} // counted when it is complete
      case Entry.Link _, Entry.Fifo _, Entry.Whiteout _ -> counts.others.increment();
    }
  }

  static Entry.Traits traits(Name name, Status status, List<Posix.Attribute> attributes) {
    return new Entry.Traits(
        name,
        status.rights(),
        status.uid(),
        status.gid(),
        status.modified(),
        status.changed(),
        status.inode(),
        attributes);
  }

  /**
   * The same for all names of a file. One mount may show files of two devices, as overlayfs does.
   */
  static long linkGroup(Status file) {
    long group = file.inode() ^ (file.fileSystem() * 0x9e3779b97f4a7c15L);
    return group == 0 ? 1 : group;
  }

  /** The walking thread itself. */
  private final class Stepper {
    private final Posix posix;
    private final ChunkWriter.Lane lane;
    private final List<Open> open = new ArrayList<>();
    private long mount;
    private long heldBytes;

    /** The root, and the folders in it that are a union of their own. */
    private static final int LAST_ROOT = 1;

    private Exclusions exclusions = Exclusions.NONE;

    Stepper(Posix posix, ChunkWriter.Lane lane) {
      this.posix = posix;
      this.lane = lane;
    }

    /** A folder that is being gone through. */
    private static final class Open {
      final FolderDraft draft;
      final Inside inside;
      final NameList names;
      TreeCursor before;
      int next;

      Open(FolderDraft draft, Inside inside, NameList names, TreeCursor before) {
        this.draft = draft;
        this.inside = inside;
        this.names = names;
        this.before = before;
      }
    }

    /**
     * What holds within a folder.
     *
     * @param ignores names that are left out
     * @param asksFiles whether {@code .berthignore} files count
     * @param sections in the root alone: names whose folders are a union of their own, over more
     */
    private record Inside(
        Union union,
        Scope scope,
        Ignores ignores,
        boolean asksFiles,
        Optional<Set<Name>> sections) {
      Inside with(Ignores more) {
        return new Inside(union, scope, more, asksFiles, sections);
      }
    }

    void walk(Stack stack, Scope scope, Optional<Entry.Folder> parent)
        throws IOException, InterruptedException {
      var parts = new ArrayList<Union.Part>();
      for (var folder : stack.folders()) {
        parts.add(new Union.Part(parts.size(), posix.openFolder(folder)));
        openFolders.add(parts.getLast().fd());
      }
      mount = posix.status(parts.getFirst().fd()).mount();
      exclusions = scope.exclusions();
      var union = new Union(posix, parts, false);
      var inside = new Inside(union, scope, Ignores.NONE, false, Optional.of(stack.over()));
      enter(Optional.empty(), Name.of(""), new Found.Folder(parts, false), inside, parent);
      while (!open.isEmpty()) {
        var here = open.getLast();
        if (here.next == here.names.size()) {
          heldBytes -= open.removeLast().names.bytes();
          close(posix, here.draft.unneeded());
        } else if (!here.draft.staysOpen() && !openAgain()) {
          put(lane, here.draft, here.next++, Optional.empty()); // gone with its folder
        } else {
          step(here, here.next++);
        }
        held.awaitRoom(readers);
        readers.throwIfStopped();
        if (Thread.interrupted()) throw new InterruptedException();
      }
      lane.flush();
    }

    private void enter(
        Optional<FolderDraft.Seat> seat,
        Name name,
        Found.Folder folder,
        Inside inside,
        Optional<Entry.Folder> before)
        throws IOException {
      int fd = folder.parts().getFirst().fd();
      var status = posix.status(fd);
      var union = inside.union;
      var known = before.filter(one -> union.isOne() && unchanged(one.traits(), status));
      var attributes =
          known.isPresent()
              ? known.get().traits().attributes()
              : union.kept(posix.attributes(fd), folder);
      var names = union.names(folder.parts(), NAMES_BYTES_MAX - heldBytes, inside.scope::takes);
      var traits = traits(name, status, attributes);
      // What else is in a root that is saved in part only may come and go: that is no change.
      boolean others = seat.isEmpty() && inside.scope.isPart();
      var draft =
          new FolderDraft(
              seat, others ? traits.timeless() : traits, folder.parts(), names.size(), held);
      if (!names.isWhole()) {
        findings.add(
            Finding.Kind.SKIPPED,
            draft,
            names.isEmpty() ? name : names.last(),
            "is the last of its folder that is kept; it has too many names");
      }
      if (draft.isEmpty()) {
        close(posix, draft.unneeded());
        complete(lane, draft);
        return;
      }
      var here = inside.asksFiles ? inside.with(ignores(draft, names, inside)) : inside;
      var cursor =
          new TreeCursor(parentChunks, before.map(Entry.Folder::content).orElse(List.of()));
      open.addLast(new Open(draft, here, names, cursor));
      heldBytes += names.bytes();
      letGo(open.size() - 1 - KEPT_OPEN);
    }

    /** Of the one at {@code index}, unless redirects begin there. */
    private void letGo(int index) throws IOException {
      if (index > LAST_ROOT) close(posix, open.get(index).draft.unneeded());
    }

    /** The innermost, and those that are closed above it; whether it is still there. */
    private boolean openAgain() throws IOException {
      int last = open.size() - 1;
      int from = last - 1;
      while (!open.get(from).draft.staysOpen()) from--;
      for (int i = from + 1; i <= last; i++) {
        var found = again(open.get(i - 1), open.get(i).draft.name());
        if (found.isEmpty()) return false;
        open.get(i).draft.open(found);
        letGo(Math.min(i - 1, last - KEPT_OPEN));
      }
      return true;
    }

    /** None where it is gone, or another thing by now. */
    private List<Union.Part> again(Open above, Name name) throws IOException {
      try {
        var known = above.inside.union.find(above.draft.parts(), name);
        if (!(known instanceof Found.Folder found)) return List.of();
        for (var part : found.parts()) openFolders.add(part.fd());
        if (whyNot(above.draft, found).isEmpty()) return found.parts();
        close(posix, found.parts());
        return List.of();
      } catch (PosixException e) {
        findings.leftOut(above.draft, name, e);
        return List.of();
      }
    }

    /** With what a folder's own file says; one that cannot be had says nothing. */
    private Ignores ignores(FolderDraft folder, NameList names, Inside inside) throws IOException {
      if (!names.has(Ignores.FILE)) return inside.ignores;
      try {
        var there = inside.union.find(folder.parts(), Ignores.FILE);
        if (there instanceof Found.Folder other) {
          for (var part : other.parts()) posix.close(part.fd());
        }
        if (!(there instanceof Found.Leaf found) || !found.status().isFile()) return inside.ignores;
        var ignores = inside.ignores.with(Ignores.lines(firstBytes(found.at(), Ignores.FILE)));
        if (ignores.isCut()) {
          findings.add(
              Finding.Kind.SKIPPED,
              folder,
              Ignores.FILE,
              "more than %d patterns, or %d bytes of them; the rest does not count"
                  .formatted(Ignores.RULES_MAX, Ignores.PATTERN_BYTES_MAX));
        }
        return ignores;
      } catch (PosixException e) {
        findings.leftOut(folder, Ignores.FILE, e);
        return inside.ignores;
      }
    }

    private byte[] firstBytes(int at, Name name) throws IOException {
      int fd = posix.openToRead(at, name);
      try {
        var bytes = new byte[IGNORE_FILE_BYTES];
        return Arrays.copyOf(bytes, posix.read(fd, bytes, 0, bytes.length, 0));
      } finally {
        posix.close(fd);
      }
    }

    private void step(Open here, int slot) throws IOException, InterruptedException {
      var folder = here.draft;
      var name = here.names.get(slot);
      try {
        switch (here.inside.union.find(folder.parts(), name)) {
          case Found.Nothing _ -> put(lane, folder, slot, Optional.empty());
          case Found.Folder found -> enterChild(here, slot, name, found);
          case Found.Leaf _ when here.inside.ignores.leavesOut(name, false) ->
              put(lane, folder, slot, Optional.empty());
          case Found.Leaf(var at, var status) -> leaf(here, slot, name, at, status);
        }
      } catch (PosixException e) {
        findings.leftOut(folder, name, e);
        put(lane, folder, slot, Optional.empty());
      }
    }

    private void leaf(Open here, int slot, Name name, int at, Status status)
        throws IOException, InterruptedException {
      if (status.mount() != mount) {
        skip(here.draft, slot, name, "is another file system");
        return;
      }
      if (status.isFile() && status.blocks() * 512 > exclusions.largestBytes()) {
        skip(here.draft, slot, name, "is larger than a file that is saved may be");
        return;
      }
      var before = before(here, name);
      if (!status.isFile()) {
        other(here, slot, name, at, status, before);
      } else if (before.isPresent()
          && before.get() instanceof Entry.File file
          && unchanged(file, status)) {
        put(lane, here.draft, slot, before);
      } else {
        here.draft.reads();
        readers.hand(new Job(here.draft, slot, at, name, here.inside.union));
      }
    }

    /** What the parent snapshot has of it; nothing where that is damaged. */
    private Optional<Entry> before(Open here, Name name) throws IOException, InterruptedException {
      try {
        return here.before.find(name);
      } catch (Damaged _) {
        here.before = new TreeCursor(parentChunks, List.of());
        return Optional.empty();
      }
    }

    private void enterChild(Open here, int slot, Name name, Found.Folder found)
        throws IOException, InterruptedException {
      for (var part : found.parts()) openFolders.add(part.fd());
      try {
        look(here, slot, name, found);
      } catch (PosixException e) {
        close(posix, found.parts()); // the walk may go on without it
        throw e;
      }
    }

    private void look(Open here, int slot, Name name, Found.Folder found)
        throws IOException, InterruptedException {
      var folder = here.draft;
      if (here.inside.ignores.leavesOut(name, true)) {
        close(posix, found.parts());
        put(lane, folder, slot, Optional.empty());
        return;
      }
      var why = whyNot(folder, found);
      if (why.isPresent()) {
        close(posix, found.parts());
        skip(folder, slot, name, why.get());
        return;
      }
      var inside = here.inside;
      var union =
          inside
              .sections
              .map(over -> new Union(posix, found.parts(), over.contains(name)))
              .orElse(inside.union);
      enter(
          Optional.of(new FolderDraft.Seat(folder, slot)),
          name,
          found,
          below(inside, union, name),
          before(here, name).filter(Entry.Folder.class::isInstance).map(Entry.Folder.class::cast));
    }

    /** What the root's folders leave out begins in them. */
    private Inside below(Inside inside, Union union, Name name) {
      boolean inRoot = inside.sections.isPresent();
      return new Inside(
          union,
          inside.scope.below(name),
          inRoot
              ? Ignores.NONE.with(Ignores.lines(exclusions.patterns()))
              : inside.ignores.below(name),
          inRoot ? exclusions.ownFiles().contains(name) : inside.asksFiles,
          Optional.empty());
    }

    private Optional<String> whyNot(FolderDraft in, Found.Folder found) throws IOException {
      if (in.depth() + 1 >= Limits.DEPTH) {
        return Optional.of("is deeper than %d folders".formatted(Limits.DEPTH));
      }
      return posix.status(found.parts().getFirst().fd()).mount() == mount
          ? Optional.empty()
          : Optional.of("is another file system");
    }

    private boolean unchanged(Entry.File file, Status status) {
      return file.sizeBytes() == status.sizeBytes()
          && unchanged(file.traits(), status)
          && !file.fresh()
          && !file.moving()
          && catalog.mayUse(file.content());
    }

    /** Whatever is changed of a file changes its ctime, which no program can set. */
    private static boolean unchanged(Entry.Traits before, Status status) {
      return before.inode() == status.inode()
          && before.changed().equals(status.changed())
          && before.modified().equals(status.modified());
    }

    private void other(
        Open here, int slot, Name name, int at, Status status, Optional<Entry> before)
        throws IOException {
      var folder = here.draft;
      if (status.isSocket() || !(status.isLink() || status.isFifo() || status.isWhiteout())) {
        skip(folder, slot, name, status.isSocket() ? "is a socket" : "is a device");
        return;
      }
      boolean known =
          before.isPresent()
              && !(before.get() instanceof Entry.File || before.get() instanceof Entry.Folder)
              && unchanged(before.get().traits(), status);
      put(
          lane,
          folder,
          slot,
          known ? before : Optional.of(other(at, name, status, here.inside.union)));
    }

    private Entry other(int at, Name name, Status status, Union union) throws IOException {
      var traits = traits(name, status, union.kept(posix.attributes(at, name)));
      if (status.isLink()) return new Entry.Link(traits, posix.target(at, name));
      return status.isFifo() ? new Entry.Fifo(traits) : new Entry.Whiteout(traits);
    }

    private void skip(FolderDraft folder, int slot, Name name, String why) throws IOException {
      findings.add(Finding.Kind.SKIPPED, folder, name, why);
      put(lane, folder, slot, Optional.empty());
    }
  }
}
