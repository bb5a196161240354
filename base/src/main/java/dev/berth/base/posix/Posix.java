package dev.berth.base.posix;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
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
@SuppressWarnings("restricted") // the calls are the purpose of this class
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

  private static final Linker LINKER = Linker.nativeLinker();
  private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
  private static final VarHandle ERRNO_VALUE =
      Linker.Option.captureStateLayout().varHandle(MemoryLayout.PathElement.groupElement("errno"));

  private static final MethodHandle OPENAT =
      LINKER.downcallHandle(
          symbol("openat"),
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT),
          ERRNO,
          Linker.Option.firstVariadicArg(3));
  private static final MethodHandle CLOSE = call("close", JAVA_INT);
  private static final MethodHandle MKDIRAT = call("mkdirat", JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle MKNODAT =
      call("mknodat", JAVA_INT, ADDRESS, JAVA_INT, JAVA_LONG);
  private static final MethodHandle SYMLINKAT = call("symlinkat", ADDRESS, JAVA_INT, ADDRESS);
  private static final MethodHandle LINKAT =
      call("linkat", JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle UNLINKAT = call("unlinkat", JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle RENAMEAT =
      call("renameat", JAVA_INT, ADDRESS, JAVA_INT, ADDRESS);
  private static final MethodHandle FCHOWN = call("fchown", JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle FCHOWNAT =
      call("fchownat", JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle FCHMOD = call("fchmod", JAVA_INT, JAVA_INT);
  private static final MethodHandle FCHMODAT =
      call("fchmodat", JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);
  private static final MethodHandle FUTIMENS = call("futimens", JAVA_INT, ADDRESS);
  private static final MethodHandle UTIMENSAT =
      call("utimensat", JAVA_INT, ADDRESS, ADDRESS, JAVA_INT);
  private static final MethodHandle FSETXATTR =
      call("fsetxattr", JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT);
  private static final MethodHandle LSETXATTR =
      call("lsetxattr", ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT);
  private static final MethodHandle FTRUNCATE = call("ftruncate", JAVA_INT, JAVA_LONG);
  private static final MethodHandle SYNCFS = call("syncfs", JAVA_INT);
  private static final MethodHandle STATX =
      call("statx", JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS);
  private static final MethodHandle PWRITE =
      longCall("pwrite", JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG);
  private static final MethodHandle PREAD =
      longCall("pread", JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG);
  private static final MethodHandle SETPRIORITY = call("setpriority", JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle IOPRIO_SET =
      LINKER.downcallHandle(
          symbol("syscall"),
          FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT),
          ERRNO,
          Linker.Option.firstVariadicArg(1));
  private static final MethodHandle LSEEK = longCall("lseek", JAVA_INT, JAVA_LONG, JAVA_INT);
  private static final MethodHandle GETDENTS = longCall("getdents64", JAVA_INT, ADDRESS, JAVA_LONG);
  private static final MethodHandle READLINKAT =
      longCall("readlinkat", JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG);
  private static final MethodHandle FLISTXATTR =
      longCall("flistxattr", JAVA_INT, ADDRESS, JAVA_LONG);
  private static final MethodHandle LLISTXATTR =
      longCall("llistxattr", ADDRESS, ADDRESS, JAVA_LONG);
  private static final MethodHandle FGETXATTR =
      longCall("fgetxattr", JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG);
  private static final MethodHandle LGETXATTR =
      longCall("lgetxattr", ADDRESS, ADDRESS, ADDRESS, JAVA_LONG);

  /** An extended attribute. */
  public record Attribute(Name name, byte[] value) {}

  /** Bytes that go to or from a file in one call; larger ones were no faster here. */
  private static final int PIECE_BYTES = 256 * 1024;

  private static final int NAME_BYTES = 4096;

  private final Arena arena = Arena.ofConfined();
  private final MemorySegment state = arena.allocate(Linker.Option.captureStateLayout());
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
    run("setpriority", () -> (int) SETPRIORITY.invokeExact(state, 0, 0, NICEST));
    runLong(
        "ioprio_set",
        () -> (long) IOPRIO_SET.invokeExact(state, SYS_IOPRIO_SET, 1, 0, IOPRIO_IDLE));
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
    return run("openat", () -> (int) OPENAT.invokeExact(state, at, name(name), flags, 0));
  }

  /** A new file, open for writing; EEXIST where anything is there, also a link. */
  public int createFile(int at, Name name) throws IOException {
    int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
    return run("openat", () -> (int) OPENAT.invokeExact(state, at, name(name), flags, 0600));
  }

  public void close(int fd) throws IOException {
    run("close", () -> (int) CLOSE.invokeExact(state, fd));
  }

  public void makeFolder(int at, Name name) throws IOException {
    run("mkdirat", () -> (int) MKDIRAT.invokeExact(state, at, name(name), 0700));
  }

  public void makeFifo(int at, Name name) throws IOException {
    run("mknodat", () -> (int) MKNODAT.invokeExact(state, at, name(name), S_IFIFO | 0600, 0L));
  }

  /** Overlayfs's sign for a deleted name: a character device 0/0. */
  public void makeWhiteout(int at, Name name) throws IOException {
    run("mknodat", () -> (int) MKNODAT.invokeExact(state, at, name(name), S_IFCHR, 0L));
  }

  public void makeLink(Name target, int at, Name name) throws IOException {
    run("symlinkat", () -> (int) SYMLINKAT.invokeExact(state, other(target), at, name(name)));
  }

  /** One more name for a file; a symbolic link at {@code from} is not followed. */
  public void hardLink(int fromAt, Name from, int at, Name name) throws IOException {
    run("linkat", () -> (int) LINKAT.invokeExact(state, fromAt, other(from), at, name(name), 0));
  }

  public void unlink(int at, Name name) throws IOException {
    run("unlinkat", () -> (int) UNLINKAT.invokeExact(state, at, name(name), 0));
  }

  public void removeFolder(int at, Name name) throws IOException {
    run("unlinkat", () -> (int) UNLINKAT.invokeExact(state, at, name(name), AT_REMOVEDIR));
  }

  public void rename(int fromAt, Name from, int at, Name name) throws IOException {
    run("renameat", () -> (int) RENAMEAT.invokeExact(state, fromAt, other(from), at, name(name)));
  }

  public void own(int fd, int uid, int gid) throws IOException {
    run("fchown", () -> (int) FCHOWN.invokeExact(state, fd, uid, gid));
  }

  public void own(int at, Name name, int uid, int gid) throws IOException {
    int flags = AT_SYMLINK_NOFOLLOW;
    run("fchownat", () -> (int) FCHOWNAT.invokeExact(state, at, name(name), uid, gid, flags));
  }

  public void mode(int fd, int mode) throws IOException {
    run("fchmod", () -> (int) FCHMOD.invokeExact(state, fd, mode));
  }

  /** Follows a symbolic link, as Linux has no other way: only for what cannot have become one. */
  public void modeOfSpecial(int at, Name name, int mode) throws IOException {
    run("fchmodat", () -> (int) FCHMODAT.invokeExact(state, at, name(name), mode, 0));
  }

  public void modified(int fd, Status.Time time) throws IOException {
    times(time);
    run("futimens", () -> (int) FUTIMENS.invokeExact(state, fd, times));
  }

  public void modified(int at, Name name, Status.Time time) throws IOException {
    times(time);
    int flags = AT_SYMLINK_NOFOLLOW;
    run("utimensat", () -> (int) UTIMENSAT.invokeExact(state, at, name(name), times, flags));
  }

  public void length(int fd, long bytes) throws IOException {
    run("ftruncate", () -> (int) FTRUNCATE.invokeExact(state, fd, bytes));
  }

  /** Waits until the file system that holds {@code fd} has everything on its disk. */
  public void sync(int fd) throws IOException {
    run("syncfs", () -> (int) SYNCFS.invokeExact(state, fd));
  }

  public Status status(int at, Name name) throws IOException {
    int flags = AT_SYMLINK_NOFOLLOW;
    int mask = STATX_BASIC_AND_MOUNT;
    run("statx", () -> (int) STATX.invokeExact(state, at, name(name), flags, mask, status));
    return status();
  }

  public Status status(int fd) throws IOException {
    nameBytes.set(JAVA_BYTE, 0, (byte) 0);
    int mask = STATX_BASIC_AND_MOUNT;
    run("statx", () -> (int) STATX.invokeExact(state, fd, nameBytes, AT_EMPTY_PATH, mask, status));
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
    long bytes = PIECE_BYTES;
    seek(folder, 0, 0);
    while (true) {
      int got =
          (int)
              runLong("getdents64", () -> (long) GETDENTS.invokeExact(state, folder, piece, bytes));
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
    long bytes = NAME_BYTES;
    int got =
        (int)
            runLong(
                "readlinkat",
                () -> (long) READLINKAT.invokeExact(state, at, name(name), piece, bytes));
    return Name.of(piece.asSlice(0, got).toArray(JAVA_BYTE), 0, got);
  }

  /** How many bytes were read into {@code bytes}: less than asked for only at the file's end. */
  public int read(int fd, byte[] bytes, int offset, int length, long position) throws IOException {
    int done = 0;
    while (done < length) {
      long want = Math.min(PIECE_BYTES, length - done);
      long from = position + done;
      int got =
          (int) runLong("pread", () -> (long) PREAD.invokeExact(state, fd, piece, want, from));
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
      done += (int) runLong("pwrite", () -> (long) PWRITE.invokeExact(state, fd, piece, want, to));
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
    return runLong("lseek", () -> (long) LSEEK.invokeExact(state, fd, offset, whence));
  }

  /** The extended attributes of an open file or folder, in the order of their names. */
  public List<Attribute> attributes(int fd) throws IOException {
    return attributes(
        () -> (long) FLISTXATTR.invokeExact(state, fd, piece, (long) MOST_ATTRIBUTE_BYTES),
        name ->
            () ->
                (long)
                    FGETXATTR.invokeExact(
                        state, fd, name(name), piece, (long) MOST_ATTRIBUTE_BYTES));
  }

  /** Those of what cannot be opened: a symbolic link, a FIFO. */
  public List<Attribute> attributes(int at, Name file) throws IOException {
    return attributes(
        () ->
            (long)
                LLISTXATTR.invokeExact(
                    state, byFolder(at, file), piece, (long) MOST_ATTRIBUTE_BYTES),
        name ->
            () ->
                (long)
                    LGETXATTR.invokeExact(
                        state, byFolder(at, file), name(name), piece, (long) MOST_ATTRIBUTE_BYTES));
  }

  private interface Ask {
    LongCall of(Name name);
  }

  private List<Attribute> attributes(LongCall list, Ask ask) throws IOException {
    int got;
    try {
      got = (int) runLong("listxattr", list);
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
        int length = (int) runLong("getxattr", ask.of(name));
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
    run("fsetxattr", () -> (int) FSETXATTR.invokeExact(state, fd, name(name), piece, length, 0));
  }

  public void attribute(int at, Name file, Attribute attribute) throws IOException {
    long length = value(attribute);
    var name = attribute.name();
    run(
        "lsetxattr",
        () -> (int) LSETXATTR.invokeExact(state, byFolder(at, file), name(name), piece, length, 0));
  }

  private long value(Attribute attribute) throws PosixException {
    if (attribute.value().length > MOST_ATTRIBUTE_BYTES) {
      throw new PosixException("setxattr", PosixException.E2BIG); // as the kernel says it
    }
    MemorySegment.copy(attribute.value(), 0, piece, JAVA_BYTE, 0, attribute.value().length);
    return attribute.value().length;
  }

  /** The calls for attributes know no open folder; this path leads to it, and no further. */
  private MemorySegment byFolder(int at, Name file) {
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

  private MemorySegment name(Name name) {
    return terminated(nameBytes, name);
  }

  private MemorySegment other(Name name) {
    return terminated(otherBytes, name);
  }

  private static MemorySegment terminated(MemorySegment into, Name of) {
    var name = of.bytes();
    if (name.length > NAME_BYTES) throw new IllegalStateException("names are bounded before");
    MemorySegment.copy(name, 0, into, JAVA_BYTE, 0, name.length);
    into.set(JAVA_BYTE, name.length, (byte) 0);
    return into;
  }

  private interface IntCall {
    int run() throws Throwable;
  }

  private interface LongCall {
    long run() throws Throwable;
  }

  private static final int EINTR = 4;

  private int run(String name, IntCall call) throws PosixException {
    return (int) runLong(name, call::run);
  }

  private long runLong(String name, LongCall call) throws PosixException {
    while (true) {
      long result = result(call);
      if (result >= 0) return result;
      int errno = (int) ERRNO_VALUE.get(state, 0L);
      if (errno != EINTR) throw new PosixException(name, errno);
    }
  }

  @SuppressWarnings("CatchingUnchecked") // a method handle declares Throwable and throws none
  private static long result(LongCall call) {
    try {
      return call.run();
    } catch (Throwable e) {
      throw new IllegalStateException("a system call cannot be made", e);
    }
  }

  private static MethodHandle call(String name, MemoryLayout... arguments) {
    return LINKER.downcallHandle(symbol(name), FunctionDescriptor.of(JAVA_INT, arguments), ERRNO);
  }

  private static MethodHandle longCall(String name, MemoryLayout... arguments) {
    return LINKER.downcallHandle(symbol(name), FunctionDescriptor.of(JAVA_LONG, arguments), ERRNO);
  }

  private static MemorySegment symbol(String name) {
    return LINKER.defaultLookup().findOrThrow(name);
  }

  @Override
  public void close() {
    arena.close();
  }
}
