package dev.berth.base.posix;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The system calls that Java has no words for: relative to an open folder, not following a symbolic
 * link, names as bytes. For the thread that made it.
 */
public final class Posix implements AutoCloseable {
  // These two differ between processors; the rest of the numbers are all of Linux's.
  private static final boolean ARM = System.getProperty("os.arch", "").equals("aarch64");
  private static final int O_DIRECTORY = ARM ? 0x4000 : 0x10000;
  private static final int O_NOFOLLOW = ARM ? 0x8000 : 0x20000;
  private static final int O_CLOEXEC = 0x80000;
  private static final int O_NONBLOCK = 0x800;
  private static final int O_NOATIME = 0x40000;
  private static final int O_WRONLY = 1;
  private static final int O_CREAT = 0x40;
  private static final int O_EXCL = 0x80;
  private static final long SYS_IOPRIO_SET = ARM ? 30 : 251;
  private static final int IOPRIO_IDLE = 3 << 13;
  private static final int NICEST = 19;
  private static final int AT_FDCWD = -100;
  private static final int AT_SYMLINK_NOFOLLOW = 0x100;
  private static final int AT_REMOVEDIR = 0x200;
  private static final int AT_EMPTY_PATH = 0x1000;
  private static final int S_IFIFO = 0x1000;
  private static final int S_IFCHR = 0x2000;
  private static final int STATX_BASIC_AND_MOUNT = 0x7ff | 0x1000;
  private static final int UTIME_OMIT = 0x3ffffffe;
  private static final int SEEK_DATA = 3;
  private static final int SEEK_HOLE = 4;

  /** {@code XATTR_SIZE_MAX} and {@code XATTR_LIST_MAX} of the kernel. */
  private static final int MOST_ATTRIBUTE_BYTES = 65536;

  private static final CFunction OPENAT = CFunction.ofInt("openat");
  private static final CFunction CLOSE = CFunction.ofInt("close");
  private static final CFunction MKDIRAT = CFunction.ofInt("mkdirat");
  private static final CFunction MKNODAT = CFunction.ofInt("mknodat");
  private static final CFunction SYMLINKAT = CFunction.ofInt("symlinkat");
  private static final CFunction LINKAT = CFunction.ofInt("linkat");
  private static final CFunction UNLINKAT = CFunction.ofInt("unlinkat");
  private static final CFunction RENAMEAT = CFunction.ofInt("renameat");
  private static final CFunction FCHOWN = CFunction.ofInt("fchown");
  private static final CFunction FCHOWNAT = CFunction.ofInt("fchownat");
  private static final CFunction FCHMOD = CFunction.ofInt("fchmod");
  private static final CFunction FCHMODAT = CFunction.ofInt("fchmodat");
  private static final CFunction FUTIMENS = CFunction.ofInt("futimens");
  private static final CFunction UTIMENSAT = CFunction.ofInt("utimensat");
  private static final CFunction FSETXATTR = CFunction.ofInt("fsetxattr");
  private static final CFunction LSETXATTR = CFunction.ofInt("lsetxattr");
  private static final CFunction FTRUNCATE = CFunction.ofInt("ftruncate");
  private static final CFunction SYNCFS = CFunction.ofInt("syncfs");
  private static final CFunction STATX = CFunction.ofInt("statx");
  private static final CFunction PWRITE = CFunction.ofLong("pwrite");
  private static final CFunction PREAD = CFunction.ofLong("pread");
  private static final CFunction SETPRIORITY = CFunction.ofInt("setpriority");
  private static final CFunction SYSCALL = CFunction.ofLong("syscall");
  private static final CFunction LSEEK = CFunction.ofLong("lseek");
  private static final CFunction GETDENTS = CFunction.ofLong("getdents64");
  private static final CFunction READLINKAT = CFunction.ofLong("readlinkat");
  private static final CFunction FLISTXATTR = CFunction.ofLong("flistxattr");
  private static final CFunction LLISTXATTR = CFunction.ofLong("llistxattr");
  private static final CFunction FGETXATTR = CFunction.ofLong("fgetxattr");
  private static final CFunction LGETXATTR = CFunction.ofLong("lgetxattr");

  /** An extended attribute. */
  public record Attribute(Name name, byte[] value) {}

  /** Bytes that go to or from a file in one call; larger ones were no faster here. */
  private static final int PIECE_BYTES = 256 * 1024;

  private static final int NAME_BYTES = 4096;

  private final Arena arena = Arena.ofConfined();
  private final MemorySegment state = arena.allocate(CFunction.STATE);
  private final MemorySegment nameBytes = arena.allocate(NAME_BYTES + 1);
  private final MemorySegment otherBytes = arena.allocate(NAME_BYTES + 1);
  private final MemorySegment times = arena.allocate(32, 8);
  private final MemorySegment status = arena.allocate(256, 8);
  private final MemorySegment piece = arena.allocate(PIECE_BYTES, 8);

  /**
   * Lets every other thread of the machine go first, with the processor and the disk: this thread,
   * which must be a platform thread, and those that it will start.
   */
  public void goLast() throws IOException {
    run(SETPRIORITY, 0, 0, NICEST);
    run(SYSCALL, SYS_IOPRIO_SET, 1, 0, IOPRIO_IDLE);
  }

  public int openFolder(Path folder) throws IOException {
    return openFolder(AT_FDCWD, Name.of(folder.toAbsolutePath().toString()));
  }

  public int openFolder(int at, Name name) throws IOException {
    return open(at, name, O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  }

  /**
   * A file to read, without changing when it was read; does not wait for the other end of a FIFO.
   */
  public int openToRead(int at, Name name) throws IOException {
    int flags = O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK;
    try {
      return open(at, name, flags | O_NOATIME);
    } catch (PosixException e) {
      if (e.errno() != PosixException.EPERM) throw e; // another's file, and we are not root
      return open(at, name, flags);
    }
  }

  private int open(int at, Name name, int flags) throws IOException {
    return (int) run(OPENAT, at, name(name), flags, 0);
  }

  /** A new file, open for writing; EEXIST where anything is there, also a link. */
  public int createFile(int at, Name name) throws IOException {
    int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
    return (int) run(OPENAT, at, name(name), flags, 0600);
  }

  public void close(int fd) throws IOException {
    run(CLOSE, fd);
  }

  public void makeFolder(int at, Name name) throws IOException {
    run(MKDIRAT, at, name(name), 0700);
  }

  public void makeFifo(int at, Name name) throws IOException {
    run(MKNODAT, at, name(name), S_IFIFO | 0600, 0L);
  }

  /** Overlayfs's sign for a deleted name: a character device 0/0. */
  public void makeWhiteout(int at, Name name) throws IOException {
    run(MKNODAT, at, name(name), S_IFCHR, 0L);
  }

  public void makeLink(Name target, int at, Name name) throws IOException {
    run(SYMLINKAT, other(target), at, name(name));
  }

  /** One more name for a file; a symbolic link at {@code from} is not followed. */
  public void hardLink(int fromAt, Name from, int at, Name name) throws IOException {
    run(LINKAT, fromAt, other(from), at, name(name), 0);
  }

  public void unlink(int at, Name name) throws IOException {
    run(UNLINKAT, at, name(name), 0);
  }

  public void removeFolder(int at, Name name) throws IOException {
    run(UNLINKAT, at, name(name), AT_REMOVEDIR);
  }

  public void rename(int fromAt, Name from, int at, Name name) throws IOException {
    run(RENAMEAT, fromAt, other(from), at, name(name));
  }

  public void own(int fd, int uid, int gid) throws IOException {
    run(FCHOWN, fd, uid, gid);
  }

  public void own(int at, Name name, int uid, int gid) throws IOException {
    int flags = AT_SYMLINK_NOFOLLOW;
    run(FCHOWNAT, at, name(name), uid, gid, flags);
  }

  public void mode(int fd, int mode) throws IOException {
    run(FCHMOD, fd, mode);
  }

  /** Follows a symbolic link, as Linux has no other way: only for what cannot have become one. */
  public void modeOfSpecial(int at, Name name, int mode) throws IOException {
    run(FCHMODAT, at, name(name), mode, 0);
  }

  public void modified(int fd, Status.Time time) throws IOException {
    times(time);
    run(FUTIMENS, fd, times.address());
  }

  public void modified(int at, Name name, Status.Time time) throws IOException {
    times(time);
    int flags = AT_SYMLINK_NOFOLLOW;
    run(UTIMENSAT, at, name(name), times.address(), flags);
  }

  public void length(int fd, long bytes) throws IOException {
    run(FTRUNCATE, fd, bytes);
  }

  /** Waits until the file system that holds {@code fd} has everything on its disk. */
  public void sync(int fd) throws IOException {
    run(SYNCFS, fd);
  }

  public Status status(int at, Name name) throws IOException {
    int flags = AT_SYMLINK_NOFOLLOW;
    int mask = STATX_BASIC_AND_MOUNT;
    run(STATX, at, name(name), flags, mask, status.address());
    return status();
  }

  public Status status(int fd) throws IOException {
    nameBytes.set(JAVA_BYTE, 0, (byte) 0);
    int mask = STATX_BASIC_AND_MOUNT;
    run(STATX, fd, nameBytes.address(), AT_EMPTY_PATH, mask, status.address());
    return status();
  }

  private Status status() {
    return new Status(
        Short.toUnsignedInt(status.get(JAVA_SHORT, 28)),
        status.get(JAVA_INT, 16),
        status.get(JAVA_INT, 20),
        status.get(JAVA_INT, 24),
        status.get(JAVA_LONG, 32),
        status.get(JAVA_LONG, 40),
        status.get(JAVA_LONG, 48),
        new Status.Time(status.get(JAVA_LONG, 112), status.get(JAVA_INT, 120)),
        new Status.Time(status.get(JAVA_LONG, 96), status.get(JAVA_INT, 104)),
        pair(128),
        pair(136),
        status.get(JAVA_LONG, 144));
  }

  private long pair(long offset) {
    return ((long) status.get(JAVA_INT, offset) << 32)
        | Integer.toUnsignedLong(status.get(JAVA_INT, offset + 4));
  }

  /** Every name in an open folder but {@code .} and {@code ..}, once, in no order. */
  public void names(int folder, Consumer<Name> each) throws IOException {
    seek(folder, 0, 0);
    while (true) {
      int got = (int) run(GETDENTS, folder, piece.address(), PIECE_BYTES);
      if (got == 0) return;
      var entries = piece.asSlice(0, got).toArray(JAVA_BYTE);
      for (int at = 0; at < got; ) {
        int length = (entries[at + 16] & 0xff) | (entries[at + 17] & 0xff) << 8;
        int from = at + 19; // d_ino, d_off, d_reclen, d_type
        int to = from;
        while (entries[to] != 0) to++;
        var name = Name.of(entries, from, to);
        if (name.isOneStep()) each.accept(name);
        at += length;
      }
    }
  }

  /** Where a symbolic link points. */
  public Name target(int at, Name name) throws IOException {
    int got = (int) run(READLINKAT, at, name(name), piece.address(), NAME_BYTES);
    return Name.of(piece.asSlice(0, got).toArray(JAVA_BYTE), 0, got);
  }

  /** How many bytes were read into {@code bytes}: less than asked for only at the file's end. */
  public int read(int fd, byte[] bytes, int offset, int length, long position) throws IOException {
    int done = 0;
    while (done < length) {
      long want = Math.min(PIECE_BYTES, length - done);
      long from = position + done;
      int got = (int) run(PREAD, fd, piece.address(), want, from);
      if (got == 0) break;
      MemorySegment.copy(piece, JAVA_BYTE, 0, bytes, offset + done, got);
      done += got;
    }
    return done;
  }

  public void write(int fd, byte[] bytes, int offset, int length, long position)
      throws IOException {
    int done = 0;
    while (done < length) {
      long want = Math.min(PIECE_BYTES, length - done);
      MemorySegment.copy(bytes, offset + done, piece, JAVA_BYTE, 0, (int) want);
      long to = position + done;
      done += (int) run(PWRITE, fd, piece.address(), want, to);
    }
  }

  /** Where the next data of a file begins at or after {@code from}; empty where none does. */
  public Optional<Long> nextData(int fd, long from) throws IOException {
    try {
      return Optional.of(seek(fd, from, SEEK_DATA));
    } catch (PosixException e) {
      if (e.errno() == PosixException.ENXIO) return Optional.empty();
      throw e;
    }
  }

  /** Where the data ends that {@code from} is in. */
  public long nextHole(int fd, long from) throws IOException {
    return seek(fd, from, SEEK_HOLE);
  }

  private long seek(int fd, long offset, int whence) throws IOException {
    return run(LSEEK, fd, offset, whence);
  }

  /** The extended attributes of an open file or folder, in the order of their names. */
  public List<Attribute> attributes(int fd) throws IOException {
    return attributes(FLISTXATTR, FGETXATTR, fd);
  }

  /** Those of what cannot be opened: a symbolic link, a FIFO. */
  public List<Attribute> attributes(int at, Name file) throws IOException {
    return attributes(LLISTXATTR, LGETXATTR, byFolder(at, file));
  }

  private List<Attribute> attributes(CFunction list, CFunction get, long file) throws IOException {
    int got;
    try {
      got = (int) run(list, file, piece.address(), MOST_ATTRIBUTE_BYTES);
    } catch (PosixException e) {
      if (e.errno() == PosixException.ENOTSUP) return List.of();
      throw e;
    }
    if (got == 0) return List.of();
    var names = new java.util.TreeSet<Name>();
    var bytes = piece.asSlice(0, got).toArray(JAVA_BYTE);
    for (int from = 0, i = 0; i < got; i++) {
      if (bytes[i] != 0) continue;
      names.add(Name.of(bytes, from, i));
      from = i + 1;
    }
    var all = new java.util.ArrayList<Attribute>();
    for (var name : names) {
      try {
        int length = (int) run(get, file, name(name), piece.address(), MOST_ATTRIBUTE_BYTES);
        all.add(new Attribute(name, piece.asSlice(0, length).toArray(JAVA_BYTE)));
      } catch (PosixException e) {
        // ENODATA: gone since; ENOTSUP: a module of the kernel that made it is not loaded
        if (e.errno() != PosixException.ENODATA && e.errno() != PosixException.ENOTSUP) throw e;
      }
    }
    return List.copyOf(all);
  }

  public void attribute(int fd, Attribute attribute) throws IOException {
    long length = value(attribute);
    var name = attribute.name();
    run(FSETXATTR, fd, name(name), piece.address(), length, 0);
  }

  public void attribute(int at, Name file, Attribute attribute) throws IOException {
    long length = value(attribute);
    var name = attribute.name();
    run(LSETXATTR, byFolder(at, file), name(name), piece.address(), length, 0);
  }

  private long value(Attribute attribute) throws PosixException {
    if (attribute.value().length > MOST_ATTRIBUTE_BYTES) {
      throw new PosixException("setxattr", PosixException.E2BIG); // as the kernel says it
    }
    MemorySegment.copy(attribute.value(), 0, piece, JAVA_BYTE, 0, attribute.value().length);
    return attribute.value().length;
  }

  /** The calls for attributes know no open folder; this path leads to it, and no further. */
  private long byFolder(int at, Name file) {
    var folder = ("/proc/self/fd/" + at + "/").getBytes(StandardCharsets.US_ASCII);
    var path = Arrays.copyOf(folder, folder.length + file.bytes().length);
    System.arraycopy(file.bytes(), 0, path, folder.length, file.bytes().length);
    return other(Name.of(path, 0, path.length));
  }

  private void times(Status.Time time) {
    times.set(JAVA_LONG, 0, 0);
    times.set(JAVA_LONG, 8, UTIME_OMIT); // when it was read is nobody's business
    times.set(JAVA_LONG, 16, time.seconds());
    times.set(JAVA_LONG, 24, time.nanos());
  }

  private long name(Name name) {
    return terminated(nameBytes, name);
  }

  private long other(Name name) {
    return terminated(otherBytes, name);
  }

  private static long terminated(MemorySegment into, Name of) {
    var name = of.bytes();
    if (name.length > NAME_BYTES) throw new IllegalStateException("names are bounded before");
    MemorySegment.copy(name, 0, into, JAVA_BYTE, 0, name.length);
    into.set(JAVA_BYTE, name.length, (byte) 0);
    return into.address();
  }

  private static final int EINTR = 4;

  private long run(CFunction function, long a) throws PosixException {
    return run(function, a, 0, 0, 0, 0);
  }

  private long run(CFunction function, long a, long b) throws PosixException {
    return run(function, a, b, 0, 0, 0);
  }

  private long run(CFunction function, long a, long b, long c) throws PosixException {
    return run(function, a, b, c, 0, 0);
  }

  private long run(CFunction function, long a, long b, long c, long d) throws PosixException {
    return run(function, a, b, c, d, 0);
  }

  private long run(CFunction function, long a, long b, long c, long d, long e)
      throws PosixException {
    while (true) {
      long result = function.call(state, a, b, c, d, e);
      if (result >= 0) return result;
      int errno = CFunction.errno(state);
      if (errno != EINTR) throw new PosixException(function.name(), errno);
    }
  }

  @Override
  public void close() {
    arena.close();
  }
}
