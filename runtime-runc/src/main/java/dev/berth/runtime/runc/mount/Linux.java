package dev.berth.runtime.runc.mount;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.berth.base.posix.CFunction;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/** The system calls that mounting needs and the JDK does not have, each failing with its words. */
final class Linux {
  static final long MS_NOSUID = 2;
  static final long MS_NODEV = 4;
  static final long MS_REC = 16384;
  static final long MS_SLAVE = 1 << 19;

  static final long MOUNT_ATTR_RDONLY = 1;
  static final long MOUNT_ATTR_NOSUID = 2;
  static final long MOUNT_ATTR_NODEV = 4;
  static final long MOUNT_ATTR_IDMAP = 0x100000;

  private static final int AT_FDCWD = -100;
  private static final int AT_EMPTY_PATH = 0x1000;
  private static final int CLONE_NEWNS = 0x20000;
  private static final int OPEN_TREE_CLONE = 1;
  private static final int O_CLOEXEC = 0x80000;
  private static final int S_IFCHR = 0x2000;
  private static final int MOVE_MOUNT_F_EMPTY_PATH = 4;

  // Numbers that are the same on every architecture (they came after the tables were unified).
  private static final long SYS_OPEN_TREE = 428;
  private static final long SYS_MOVE_MOUNT = 429;
  private static final long SYS_OPENAT2 = 437;
  private static final long SYS_MOUNT_SETATTR = 442;

  private static final long O_PATH = 0x200000;

  private static final long RESOLVE_NO_MAGICLINKS = 2;
  private static final long RESOLVE_NO_SYMLINKS = 4;

  private static final CFunction MOUNT = CFunction.ofInt("mount");
  private static final CFunction UNSHARE = CFunction.ofInt("unshare");
  private static final CFunction MKNOD = CFunction.ofInt("mknod");
  private static final CFunction OPEN = CFunction.ofInt("open");
  private static final CFunction CLOSE = CFunction.ofInt("close");
  private static final CFunction SYSCALL = CFunction.ofLong("syscall");
  private static final CFunction STRERROR = CFunction.ofLong("strerror");

  private Linux() {}

  /** Gives the calling thread, which must be a platform thread, a copy of the mount namespace. */
  static void unshareMounts() throws IOException {
    try (var arena = Arena.ofConfined()) {
      var state = arena.allocate(CFunction.STATE);
      check(UNSHARE.call(state, CLONE_NEWNS), state, "make a mount namespace");
    }
  }

  static void mount(String source, String target, String type, long flags, String data)
      throws IOException {
    try (var arena = Arena.ofConfined()) {
      var state = arena.allocate(CFunction.STATE);
      long result =
          MOUNT.call(
              state,
              text(arena, source),
              text(arena, target),
              text(arena, type),
              flags,
              text(arena, data));
      check(result, state, "mount %s on %s".formatted(type, target));
    }
  }

  /** A detached copy of the mount at {@code path}, as a file descriptor. */
  static Descriptor cloneTree(Path path) throws IOException {
    try (var arena = Arena.ofConfined()) {
      var state = arena.allocate(CFunction.STATE);
      long from = text(arena, path.toString());
      int flags = OPEN_TREE_CLONE | O_CLOEXEC;
      long fd = SYSCALL.call(state, SYS_OPEN_TREE, AT_FDCWD, from, flags);
      check(fd, state, "open " + path);
      return new Descriptor((int) fd);
    }
  }

  /** The same of an open folder. */
  static Descriptor cloneTree(Descriptor folder) throws IOException {
    try (var arena = Arena.ofConfined()) {
      var state = arena.allocate(CFunction.STATE);
      int flags = OPEN_TREE_CLONE | O_CLOEXEC | AT_EMPTY_PATH;
      long fd = SYSCALL.call(state, SYS_OPEN_TREE, folder.fd(), text(arena, ""), flags);
      check(fd, state, "open a tree");
      return new Descriptor((int) fd);
    }
  }

  /** A folder to which no link leads, also not on the way: ELOOP where one does. */
  static Descriptor openWithoutLinks(Path path) throws IOException {
    try (var arena = Arena.ofConfined()) {
      var state = arena.allocate(CFunction.STATE);
      var how = arena.allocate(JAVA_LONG, 3); // struct open_how: flags, mode, resolve
      how.setAtIndex(JAVA_LONG, 0, O_PATH | O_CLOEXEC);
      how.setAtIndex(JAVA_LONG, 2, RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS);
      long fd =
          SYSCALL.call(
              state,
              SYS_OPENAT2,
              AT_FDCWD,
              text(arena, path.toString()),
              how.address(),
              how.byteSize());
      check(fd, state, "open the folder " + path);
      return new Descriptor((int) fd);
    }
  }

  /**
   * Sets attributes of a detached mount.
   *
   * @param userns the namespace whose map shifts the ids, where {@link #MOUNT_ATTR_IDMAP} is set
   */
  static void setAttributes(Descriptor tree, long attributes, int userns) throws IOException {
    try (var arena = Arena.ofConfined()) {
      var state = arena.allocate(CFunction.STATE);
      var attr = arena.allocate(JAVA_LONG, 4); // struct mount_attr: set, clear, propagation, userns
      attr.setAtIndex(JAVA_LONG, 0, attributes);
      attr.setAtIndex(JAVA_LONG, 3, userns);
      long result =
          SYSCALL.call(
              state,
              SYS_MOUNT_SETATTR,
              tree.fd(),
              text(arena, ""),
              AT_EMPTY_PATH,
              attr.address(),
              attr.byteSize());
      check(result, state, "shift the ids of a mount");
    }
  }

  /** Attaches a detached mount at {@code target}. */
  static void attach(Descriptor tree, String target) throws IOException {
    try (var arena = Arena.ofConfined()) {
      var state = arena.allocate(CFunction.STATE);
      long result =
          SYSCALL.call(
              state,
              SYS_MOVE_MOUNT,
              tree.fd(),
              text(arena, ""),
              AT_FDCWD,
              text(arena, target),
              MOVE_MOUNT_F_EMPTY_PATH);
      check(result, state, "attach a mount at " + target);
    }
  }

  /** Makes a character device that everybody may open, as far as a device cgroup lets them. */
  static void characterDevice(Path path, int major, int minor) throws IOException {
    try (var arena = Arena.ofConfined()) {
      var state = arena.allocate(CFunction.STATE);
      long device = ((long) major << 8) | minor; // enough for numbers below 256 and 4096
      long result = MKNOD.call(state, text(arena, path.toString()), S_IFCHR | 0666, device);
      check(result, state, "make the device " + path);
    }
  }

  static Descriptor open(Path path) throws IOException {
    try (var arena = Arena.ofConfined()) {
      var state = arena.allocate(CFunction.STATE);
      long fd = OPEN.call(state, text(arena, path.toString()), O_CLOEXEC);
      check(fd, state, "open " + path);
      return new Descriptor((int) fd);
    }
  }

  /** A file descriptor of ours. */
  record Descriptor(int fd) implements AutoCloseable {
    @Override
    public void close() {
      try (var arena = Arena.ofConfined()) {
        long _ = CLOSE.call(arena.allocate(CFunction.STATE), fd);
      }
    }
  }

  private static long text(Arena arena, String text) {
    return arena.allocateFrom(text).address();
  }

  private static void check(long result, MemorySegment state, String what) throws LinuxException {
    if (result >= 0) return;
    int errno = CFunction.errno(state);
    throw new LinuxException(what, errno, words(errno));
  }

  @SuppressWarnings("restricted") // the C library says how long its text is, by a zero
  private static String words(int errno) {
    try (var arena = Arena.ofConfined()) {
      long text = STRERROR.call(arena.allocate(CFunction.STATE), errno);
      return MemorySegment.ofAddress(text).reinterpret(256).getString(0);
    }
  }
}
