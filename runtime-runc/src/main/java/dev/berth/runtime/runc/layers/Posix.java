package dev.berth.runtime.runc.layers;

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
import java.nio.file.Path;
import java.util.Map;

/**
 * The system calls that Java has no words for: all of them relative to an open folder, none of them
 * following a symbolic link, names as bytes. For the thread that made it.
 */
@SuppressWarnings("restricted") // the calls are the purpose of this class
final class Posix implements AutoCloseable {
  static final int ENOENT = 2;
  static final int EEXIST = 17;
  static final int ENOTDIR = 20;
  static final int EISDIR = 21;
  static final int ENOSPC = 28;
  static final int EMLINK = 31;
  static final int ENAMETOOLONG = 36;
  static final int ELOOP = 40;
  static final int ENOTSUP = 95;
  static final int EDQUOT = 122;
  private static final int EINTR = 4;

  private static final Map<Integer, String> NAMES =
      Map.ofEntries(
          Map.entry(1, "EPERM, not permitted"),
          Map.entry(ENOENT, "ENOENT, not there"),
          Map.entry(5, "EIO, the disk does not work"),
          Map.entry(13, "EACCES, no right"),
          Map.entry(EEXIST, "EEXIST, there already"),
          Map.entry(ENOTDIR, "ENOTDIR, no folder"),
          Map.entry(EISDIR, "EISDIR, a folder"),
          Map.entry(22, "EINVAL, not allowed by the file system"),
          Map.entry(24, "EMFILE, too many open files"),
          Map.entry(ENOSPC, "ENOSPC, no space left"),
          Map.entry(30, "EROFS, read-only"),
          Map.entry(EMLINK, "EMLINK, too many links"),
          Map.entry(ENAMETOOLONG, "ENAMETOOLONG, name too long"),
          Map.entry(ELOOP, "ELOOP, a symbolic link"),
          Map.entry(ENOTSUP, "ENOTSUP, not supported by the file system"),
          Map.entry(EDQUOT, "EDQUOT, the quota is used up"));

  // These two differ between processors; the rest of the numbers are all of Linux's.
  private static final boolean ARM = System.getProperty("os.arch", "").equals("aarch64");
  private static final int O_DIRECTORY = ARM ? 0x4000 : 0x10000;
  private static final int O_NOFOLLOW = ARM ? 0x8000 : 0x20000;
  private static final int O_CLOEXEC = 0x80000;
  private static final int O_WRONLY = 1;
  private static final int O_CREAT = 0x40;
  private static final int O_EXCL = 0x80;
  private static final int AT_FDCWD = -100;
  private static final int AT_SYMLINK_NOFOLLOW = 0x100;
  private static final int S_IFCHR = 0x2000;
  private static final int STATX_BASIC = 0x7ff;
  private static final int UTIME_OMIT = 0x3ffffffe;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
  private static final VarHandle ERRNO_VALUE =
      Linker.Option.captureStateLayout().varHandle(MemoryLayout.PathElement.groupElement("errno"));

  private static final MethodHandle OPENAT =
      variadic("openat", 3, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);
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
  private static final MethodHandle FUTIMENS = call("futimens", JAVA_INT, ADDRESS);
  private static final MethodHandle UTIMENSAT =
      call("utimensat", JAVA_INT, ADDRESS, ADDRESS, JAVA_INT);
  private static final MethodHandle FSETXATTR =
      call("fsetxattr", JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT);
  private static final MethodHandle FTRUNCATE = call("ftruncate", JAVA_INT, JAVA_LONG);
  private static final MethodHandle SYNCFS = call("syncfs", JAVA_INT);
  private static final MethodHandle STATX =
      call("statx", JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS);
  private static final MethodHandle PWRITE =
      LINKER.downcallHandle(
          symbol("pwrite"),
          FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG),
          ERRNO);

  /** What is at a name: a kind of {@code stat}'s mode, and when it was changed. */
  record Status(int mode, int rdevMajor, int rdevMinor, long mtimeSeconds, int mtimeNanos) {
    boolean isFolder() {
      return (mode & 0xf000) == 0x4000;
    }

    boolean isDevice() {
      return (mode & 0xf000) == S_IFCHR;
    }
  }

  /** A system call that failed. */
  static final class Failed extends IOException {
    private static final long serialVersionUID = 1;
    private final int errno;

    Failed(String call, int errno) {
      super(call + ": " + NAMES.getOrDefault(errno, "error " + errno));
      this.errno = errno;
    }

    int errno() {
      return errno;
    }
  }

  /** Bytes that go to a file in one call; larger ones were no faster here. */
  static final int WRITE_BYTES = 256 * 1024;

  private static final int NAME_BYTES = 4096;

  private final Arena arena = Arena.ofConfined();
  private final MemorySegment state = arena.allocate(Linker.Option.captureStateLayout());
  private final MemorySegment nameBytes = arena.allocate(NAME_BYTES + 1);
  private final MemorySegment otherBytes = arena.allocate(NAME_BYTES + 1);
  private final MemorySegment times = arena.allocate(32, 8);
  private final MemorySegment status = arena.allocate(256, 8);
  private final MemorySegment chunk = arena.allocate(WRITE_BYTES);

  int openFolder(Path folder) throws IOException {
    return openFolder(AT_FDCWD, Name.of(folder.toAbsolutePath().toString()));
  }

  int openFolder(int at, Name name) throws IOException {
    int flags = O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    return run("openat", () -> (int) OPENAT.invokeExact(state, at, name(name), flags, 0));
  }

  /** A new file, open for writing; {@link #EEXIST} where anything is there, also a link. */
  int createFile(int at, Name name) throws IOException {
    int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
    return run("openat", () -> (int) OPENAT.invokeExact(state, at, name(name), flags, 0600));
  }

  void close(int fd) throws IOException {
    run("close", () -> (int) CLOSE.invokeExact(state, fd));
  }

  void makeFolder(int at, Name name) throws IOException {
    run("mkdirat", () -> (int) MKDIRAT.invokeExact(state, at, name(name), 0700));
  }

  /** Overlayfs's sign for a deleted name: a character device 0/0. */
  void makeWhiteout(int at, Name name) throws IOException {
    run("mknodat", () -> (int) MKNODAT.invokeExact(state, at, name(name), S_IFCHR, 0L));
  }

  void makeSymlink(Name target, int at, Name name) throws IOException {
    run("symlinkat", () -> (int) SYMLINKAT.invokeExact(state, other(target), at, name(name)));
  }

  void link(int fromAt, Name from, int at, Name name) throws IOException {
    run("linkat", () -> (int) LINKAT.invokeExact(state, fromAt, other(from), at, name(name), 0));
  }

  void unlink(int at, Name name) throws IOException {
    run("unlinkat", () -> (int) UNLINKAT.invokeExact(state, at, name(name), 0));
  }

  void rename(int fromAt, Name from, int at, Name name) throws IOException {
    run("renameat", () -> (int) RENAMEAT.invokeExact(state, fromAt, other(from), at, name(name)));
  }

  void own(int fd, int uid, int gid) throws IOException {
    run("fchown", () -> (int) FCHOWN.invokeExact(state, fd, uid, gid));
  }

  void ownLink(int at, Name name, int uid, int gid) throws IOException {
    int flags = AT_SYMLINK_NOFOLLOW;
    run("fchownat", () -> (int) FCHOWNAT.invokeExact(state, at, name(name), uid, gid, flags));
  }

  void mode(int fd, int mode) throws IOException {
    run("fchmod", () -> (int) FCHMOD.invokeExact(state, fd, mode));
  }

  void modified(int fd, long seconds, int nanos) throws IOException {
    times(seconds, nanos);
    run("futimens", () -> (int) FUTIMENS.invokeExact(state, fd, times));
  }

  void linkModified(int at, Name name, long seconds, int nanos) throws IOException {
    times(seconds, nanos);
    int flags = AT_SYMLINK_NOFOLLOW;
    run("utimensat", () -> (int) UTIMENSAT.invokeExact(state, at, name(name), times, flags));
  }

  void attribute(int fd, Name name, byte[] value) throws IOException {
    try (var here = Arena.ofConfined()) {
      var bytes = here.allocate(Math.max(1, value.length));
      MemorySegment.copy(value, 0, bytes, JAVA_BYTE, 0, value.length);
      long length = value.length;
      run("fsetxattr", () -> (int) FSETXATTR.invokeExact(state, fd, name(name), bytes, length, 0));
    }
  }

  void length(int fd, long bytes) throws IOException {
    run("ftruncate", () -> (int) FTRUNCATE.invokeExact(state, fd, bytes));
  }

  /** Waits until the file system that holds {@code fd} has everything on its disk. */
  void sync(int fd) throws IOException {
    run("syncfs", () -> (int) SYNCFS.invokeExact(state, fd));
  }

  Status status(int at, Name name) throws IOException {
    int flags = AT_SYMLINK_NOFOLLOW;
    run("statx", () -> (int) STATX.invokeExact(state, at, name(name), flags, STATX_BASIC, status));
    return new Status(
        Short.toUnsignedInt(status.get(JAVA_SHORT, 28)),
        status.get(JAVA_INT, 128),
        status.get(JAVA_INT, 132),
        status.get(JAVA_LONG, 112),
        status.get(JAVA_INT, 120));
  }

  void write(int fd, byte[] bytes, int length, long position) throws IOException {
    MemorySegment.copy(bytes, 0, chunk, JAVA_BYTE, 0, length);
    int done = 0;
    while (done < length) {
      done += writeSome(fd, chunk.asSlice(done), length - done, position + done);
    }
  }

  private int writeSome(int fd, MemorySegment from, long length, long position) throws IOException {
    return run("pwrite", () -> (int) (long) PWRITE.invokeExact(state, fd, from, length, position));
  }

  private void times(long seconds, int nanos) {
    times.set(JAVA_LONG, 0, 0);
    times.set(JAVA_LONG, 8, UTIME_OMIT); // when it was read is nobody's business
    times.set(JAVA_LONG, 16, seconds);
    times.set(JAVA_LONG, 24, nanos);
  }

  private MemorySegment name(Name name) {
    return terminated(nameBytes, name);
  }

  private MemorySegment other(Name name) {
    return terminated(otherBytes, name);
  }

  private static MemorySegment terminated(MemorySegment into, Name of) {
    var name = of.bytes();
    if (name.length > NAME_BYTES) throw new IllegalStateException("the archive bounds its names");
    MemorySegment.copy(name, 0, into, JAVA_BYTE, 0, name.length);
    into.set(JAVA_BYTE, name.length, (byte) 0);
    return into;
  }

  private interface Call {
    int run() throws Throwable;
  }

  private int run(String name, Call call) throws Failed {
    while (true) {
      int result = result(call);
      if (result >= 0) return result;
      int errno = (int) ERRNO_VALUE.get(state, 0L);
      if (errno != EINTR) throw new Failed(name, errno);
    }
  }

  @SuppressWarnings("CatchingUnchecked") // a method handle declares Throwable and throws none
  private static int result(Call call) {
    try {
      return call.run();
    } catch (Throwable e) {
      throw new IllegalStateException("a system call cannot be made", e);
    }
  }

  private static MethodHandle call(String name, MemoryLayout... arguments) {
    return LINKER.downcallHandle(symbol(name), FunctionDescriptor.of(JAVA_INT, arguments), ERRNO);
  }

  private static MethodHandle variadic(String name, int fixed, MemoryLayout... arguments) {
    return LINKER.downcallHandle(
        symbol(name),
        FunctionDescriptor.of(JAVA_INT, arguments),
        ERRNO,
        Linker.Option.firstVariadicArg(fixed));
  }

  private static MemorySegment symbol(String name) {
    return LINKER.defaultLookup().findOrThrow(name);
  }

  @Override
  public void close() {
    arena.close();
  }
}
