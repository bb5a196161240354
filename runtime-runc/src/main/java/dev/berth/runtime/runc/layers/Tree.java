package dev.berth.runtime.runc.layers;

import dev.berth.base.posix.Name;
import dev.berth.base.posix.Posix;
import dev.berth.base.posix.PosixException;
import dev.berth.base.posix.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The folder that a layer is unpacked into. Every name is resolved from the folder's own
 * descriptor, name by name, following no link, so nothing that an earlier entry wrote leads a later
 * one elsewhere. The folders on the way to the last entry stay open: archives list a folder's files
 * together, so most entries cost no step. For one thread.
 */
final class Tree implements AutoCloseable {
  private static final Posix.Attribute OPAQUE =
      new Posix.Attribute(Name.of("trusted.overlay.opaque"), new byte[] {'y'});

  /** Bytes that go to a file in one call; larger ones were no faster here. */
  private static final int WRITE_BYTES = 256 * 1024;

  private static final int IMPLICIT_FOLDER_MODE = 0755;

  /** Where what an entry takes the place of goes to be deleted later, all at once. */
  private final int trash;

  private final Posix posix;

  /** The root and the folders to the last entry. */
  private final ArrayList<Open> chain = new ArrayList<>();

  private final byte[] buffer = new byte[WRITE_BYTES];
  private long trashed;

  /** An open folder, and the time that it gets back when its files are written. */
  private record Open(Name name, int fd, Status.Time modified) {}

  private Tree(Posix posix, int root, int trash, Status.Time rootModified) {
    this.posix = posix;
    this.trash = trash;
    chain.add(new Open(Name.of(""), root, rootModified));
  }

  /** The tree at the empty folder {@code root}. */
  static Tree open(Posix posix, Path root, Path trash) throws IOException {
    int rootFd = posix.openFolder(root);
    try {
      posix.mode(rootFd, IMPLICIT_FOLDER_MODE);
      return new Tree(posix, rootFd, posix.openFolder(trash), new Status.Time(0, 0));
    } catch (IOException e) {
      posix.close(rootFd);
      throw e;
    }
  }

  /** A folder, which keeps what stands in it already. */
  void folder(TarEntry entry) throws IOException {
    if (!entry.path().isEmpty()) {
      int parent = parent(entry.path());
      makeFolder(parent, last(entry.path()));
    }
    int depth = entry.path().size();
    int fd = folder(entry.path(), depth);
    chain.set(depth, new Open(chain.get(depth).name, fd, entry.modified()));
    own(fd, entry);
  }

  /** A file of {@code kind}'s size with the bytes that {@code archive} stands at. */
  void file(TarEntry entry, TarEntry.Kind.File kind, Archive archive) throws IOException {
    int fd = newFile(parent(entry.path()), last(entry.path()));
    try {
      for (var segment : kind.segments()) write(fd, segment, archive);
      if (kind.isSparse()) posix.length(fd, kind.sizeBytes()); // its end may be a hole
      own(fd, entry);
      posix.modified(fd, entry.modified());
    } finally {
      posix.close(fd);
    }
  }

  void symlink(TarEntry entry, Name target) throws IOException {
    int parent = parent(entry.path());
    var name = last(entry.path());
    replacing(parent, name, () -> posix.makeLink(target, parent, name));
    posix.own(parent, name, entry.uid(), entry.gid());
    posix.modified(parent, name, entry.modified());
  }

  /** One more name for a file of this layer. */
  void link(TarEntry entry, List<Name> target) throws IOException {
    if (target.isEmpty()) throw new Damaged("holds a hard link to its root");
    if (entry.path().equals(target)) return;
    // Two descriptors: opening the second closes the first's folder unless they share it.
    int from = duplicate(target);
    try {
      var oldName = last(target);
      var status = posix.status(from, oldName);
      if (status.isFolder() || status.isWhiteout()) throw unlinkable(entry, target);
      int parent = parent(entry.path());
      var name = last(entry.path());
      replacing(parent, name, () -> posix.hardLink(from, oldName, parent, name));
    } catch (PosixException e) {
      throw e.errno() == PosixException.ENOENT ? unlinkable(entry, target) : e;
    } finally {
      posix.close(from);
    }
  }

  /** The sign that {@code name} of the layers below is gone. What this layer itself has stays. */
  void whiteout(List<Name> path, Name name) throws IOException {
    int parent = folder(path, path.size() - 1);
    try {
      posix.makeWhiteout(parent, name);
    } catch (PosixException e) {
      if (e.errno() != PosixException.EEXIST) throw e;
      if (!posix.status(parent, name).isFolder()) return;
      int folder = posix.openFolder(parent, name);
      try {
        posix.attribute(folder, OPAQUE);
      } finally {
        posix.close(folder);
      }
    }
  }

  /** The sign that nothing of the layers below is in this folder. */
  void opaque(List<Name> folder) throws IOException {
    posix.attribute(folder(folder, folder.size()), OPAQUE);
  }

  /** Gives the last folders their times; what failed is told here, not by closing. */
  void finish() throws IOException {
    leave(1);
    posix.modified(root(), chain.getFirst().modified);
  }

  private int root() {
    return chain.getFirst().fd;
  }

  private int parent(List<Name> path) throws IOException {
    if (path.isEmpty()) throw new Damaged("holds a root that is no folder");
    return folder(path, path.size() - 1);
  }

  private static Name last(List<Name> path) {
    return path.getLast();
  }

  /** The folder of the first {@code depth} names of {@code path}, open. */
  private int folder(List<Name> path, int depth) throws IOException {
    int shared = 0;
    while (shared < depth
        && shared + 1 < chain.size()
        && chain.get(shared + 1).name.equals(path.get(shared))) {
      shared++;
    }
    leave(shared + 1);
    for (int i = shared; i < depth; i++) enter(path, i);
    return chain.get(depth).fd;
  }

  private void enter(List<Name> path, int index) throws IOException {
    int parent = chain.getLast().fd;
    var name = path.get(index);
    int fd;
    var modified = new Status.Time(0, 0);
    try {
      fd = posix.openFolder(parent, name);
      modified = posix.status(parent, name).modified();
    } catch (PosixException e) {
      refuseToFollow(e, path, index);
      makeFolder(parent, name);
      fd = posix.openFolder(parent, name);
      posix.mode(fd, IMPLICIT_FOLDER_MODE);
    }
    chain.add(new Open(name, fd, modified));
  }

  /** An archive may leave out the folders of its files; anything else than that is an attack. */
  private void refuseToFollow(PosixException e, List<Name> path, int index) throws IOException {
    if (e.errno() == PosixException.ENOENT) return;
    if (e.errno() != PosixException.ENOTDIR && e.errno() != PosixException.ELOOP) throw e;
    if (posix.status(chain.getLast().fd, path.get(index)).isWhiteout()) return; // a whiteout
    throw new Damaged(
        "holds a file under %s, which it says is no folder"
            .formatted(shown(path.subList(0, index + 1))));
  }

  /** Closes the folders of the chain from {@code size} on, with the times that they should have. */
  private void leave(int size) throws IOException {
    while (chain.size() > size) {
      var folder = chain.removeLast();
      try {
        posix.modified(folder.fd, folder.modified);
      } finally {
        posix.close(folder.fd);
      }
    }
  }

  private void makeFolder(int parent, Name name) throws IOException {
    try {
      posix.makeFolder(parent, name);
    } catch (PosixException e) {
      if (e.errno() != PosixException.EEXIST) throw e;
      var there = posix.status(parent, name);
      if (there.isFolder()) return;
      posix.unlink(parent, name);
      posix.makeFolder(parent, name);
      if (!there.isWhiteout()) return;
      // A name that is gone below and new here shows nothing of what was below.
      int fd = posix.openFolder(parent, name);
      try {
        posix.attribute(fd, OPAQUE);
      } finally {
        posix.close(fd);
      }
    }
  }

  private int newFile(int parent, Name name) throws IOException {
    try {
      return posix.createFile(parent, name);
    } catch (PosixException e) {
      if (e.errno() != PosixException.EEXIST) throw e;
      remove(parent, name);
      return posix.createFile(parent, name);
    }
  }

  private interface Make {
    void run() throws IOException;
  }

  private void replacing(int parent, Name name, Make make) throws IOException {
    try {
      make.run();
    } catch (PosixException e) {
      if (e.errno() != PosixException.EEXIST) throw e;
      remove(parent, name);
      make.run();
    }
  }

  private void remove(int parent, Name name) throws IOException {
    try {
      posix.unlink(parent, name);
    } catch (PosixException e) {
      if (e.errno() != PosixException.EISDIR) throw e;
      var unique = Name.of(Long.toString(trashed++));
      posix.rename(parent, name, trash, unique);
    }
  }

  private void write(int fd, TarEntry.Segment segment, Archive archive) throws IOException {
    long at = segment.offset();
    long end = at + segment.lengthBytes();
    while (at < end) {
      int got = archive.read(buffer, (int) Math.min(buffer.length, end - at));
      if (got < 0) throw new Damaged("holds a file that is shorter than it says");
      posix.write(fd, buffer, 0, got, at);
      at += got;
    }
  }

  /** Owner before attributes and mode: a change of owner takes capabilities and setuid away. */
  private void own(int fd, TarEntry entry) throws IOException {
    posix.own(fd, entry.uid(), entry.gid());
    for (var attribute : entry.attributes().values().entrySet()) {
      set(fd, attribute.getKey(), attribute.getValue());
    }
    posix.mode(fd, entry.mode());
  }

  private void set(int fd, String name, byte[] value) throws IOException {
    if (!isKept(name)) return;
    try {
      posix.attribute(fd, new Posix.Attribute(Name.of(name), value));
    } catch (PosixException e) {
      // ext4 answers ENOSPC where attributes outgrow their block, which a user's may; a full disk
      // is told by the next file.
      if (name.startsWith("user.") && e.errno() == PosixException.ENOSPC) return;
      if (e.errno() != PosixException.ENOTSUP) throw e;
    }
  }

  /** Only what cannot tell overlayfs, or a security module of this machine, anything. */
  private static boolean isKept(String name) {
    if (name.length() > 255 || name.indexOf('\0') >= 0) return false;
    return name.equals("security.capability")
        || (name.startsWith("user.") && !name.startsWith("user.overlay."));
  }

  /** The folder of {@code path}'s last name, as a descriptor of our own. */
  private int duplicate(List<Name> path) throws IOException {
    return posix.openFolder(parent(path), Name.of("."));
  }

  private static Damaged unlinkable(TarEntry entry, List<Name> target) {
    return new Damaged(
        "holds a hard link %s to %s, which is no file of it"
            .formatted(shown(entry.path()), shown(target)));
  }

  private static Name shown(List<Name> path) {
    return Name.of(path.stream().map(Name::toString).collect(Collectors.joining("/", "/", "")));
  }

  @Override
  public void close() throws IOException {
    try {
      leave(0);
    } finally {
      for (var left : chain) posix.close(left.fd); // a full disk may refuse a folder its time
      posix.close(trash);
    }
  }
}
