package dev.berth.runtime.runc.mount;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;

/** The system calls that mounting needs and the JDK does not have, each failing with its words. */
@SuppressWarnings(
    "restricted") // calls into the C library; the launcher and tests enable native access
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
  private static final long SYS_MOUNT_SETATTR = 442;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final StructLayout CALL_STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      CALL_STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  private static final MethodHandle MOUNT =
      handle("mount", JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS);
  private static final MethodHandle UNSHARE = handle("unshare", JAVA_INT, JAVA_INT);
  private static final MethodHandle MKNOD = handle("mknod", JAVA_INT, ADDRESS, JAVA_INT, JAVA_LONG);
  private static final MethodHandle OPEN =
      LINKER.downcallHandle(
          LINKER.defaultLookup().findOrThrow("open"),
          FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT),
          Linker.Option.firstVariadicArg(2),
          Linker.Option.captureCallState("errno"));
  private static final MethodHandle CLOSE = handle("close", JAVA_INT, JAVA_INT);
  private static final MethodHandle SYSCALL =
      LINKER.downcallHandle(
          LINKER.defaultLookup().findOrThrow("syscall"),
          FunctionDescriptor.of(
              JAVA_LONG, JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG),
          Linker.Option.firstVariadicArg(1),
          Linker.Option.captureCallState("errno"));
  private static final MethodHandle STRERROR =
      LINKER.downcallHandle(
          LINKER.defaultLookup().findOrThrow("strerror"), FunctionDescriptor.of(ADDRESS, JAVA_INT));

  private Linux() {}

  private static MethodHandle handle(String name, MemoryLayout result, MemoryLayout... arguments) {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow(name),
        FunctionDescriptor.of(result, arguments),
        Linker.Option.captureCallState("errno"));
  }

  /** Gives the calling thread, which must be a platform thread, a copy of the mount namespace. */
  static void unshareMounts() throws IOException {
    try (var arena = Arena.ofConfined()) {
      var state = arena.allocate(CALL_STATE);
      check((int) UNSHARE.invokeExact(state, CLONE_NEWNS), state, "make a mount namespace");
    } catch (Throwable e) {
      throw rethrown(e);
    }
  }

  static void mount(String source, String target, String type, long flags, String data)
      throws IOException {
    try (var arena = Arena.ofConfined()) {
      var state = arena.allocate(CALL_STATE);
      int result =
          (int)
              MOUNT.invokeExact(
                  state,
                  arena.allocateFrom(source),
                  arena.allocateFrom(target),
                  arena.allocateFrom(type),
                  flags,
                  arena.allocateFrom(data));
      check(result, state, "mount %s on %s".formatted(type, target));
    } catch (Throwable e) {
      throw rethrown(e);
    }
  }

  /** A detached copy of the mount at {@code path}, as a file descriptor. */
  static Descriptor cloneTree(Path path) throws IOException {
    try (var arena = Arena.ofConfined()) {
      var state = arena.allocate(CALL_STATE);
      long fd =
          (long)
              SYSCALL.invokeExact(
                  state,
                  SYS_OPEN_TREE,
                  (long) AT_FDCWD,
                  arena.allocateFrom(path.toString()),
                  (long) (OPEN_TREE_CLONE | O_CLOEXEC),
                  MemorySegment.NULL,
                  0L);
      check(fd, state, "open " + path);
      return new Descriptor((int) fd);
    } catch (Throwable e) {
      throw rethrown(e);
    }
  }

  /**
   * Sets attributes of a detached mount.
   *
   * @param userns the namespace whose map shifts the ids, where {@link #MOUNT_ATTR_IDMAP} is set
   */
  static void setAttributes(Descriptor tree, long attributes, int userns) throws IOException {
    try (var arena = Arena.ofConfined()) {
      var state = arena.allocate(CALL_STATE);
      var attr = arena.allocate(JAVA_LONG, 4); // struct mount_attr: set, clear, propagation, userns
      attr.setAtIndex(JAVA_LONG, 0, attributes);
      attr.setAtIndex(JAVA_LONG, 3, userns);
      long result =
          (long)
              SYSCALL.invokeExact(
                  state,
                  SYS_MOUNT_SETATTR,
                  (long) tree.fd(),
                  arena.allocateFrom(""),
                  (long) AT_EMPTY_PATH,
                  attr,
                  attr.byteSize());
      check(result, state, "shift the ids of a mount");
    } catch (Throwable e) {
      throw rethrown(e);
    }
  }

  /** Attaches a detached mount at {@code target}. */
  static void attach(Descriptor tree, String target) throws IOException {
    try (var arena = Arena.ofConfined()) {
      var state = arena.allocate(CALL_STATE);
      long result =
          (long)
              SYSCALL.invokeExact(
                  state,
                  SYS_MOVE_MOUNT,
                  (long) tree.fd(),
                  arena.allocateFrom(""),
                  (long) AT_FDCWD,
                  arena.allocateFrom(target),
                  (long) MOVE_MOUNT_F_EMPTY_PATH);
      check(result, state, "attach a mount at " + target);
    } catch (Throwable e) {
      throw rethrown(e);
    }
  }

  /** Makes a character device that everybody may open, as far as a device cgroup lets them. */
  static void characterDevice(Path path, int major, int minor) throws IOException {
    try (var arena = Arena.ofConfined()) {
      var state = arena.allocate(CALL_STATE);
      long device = ((long) major << 8) | minor; // enough for numbers below 256 and 4096
      int result =
          (int)
              MKNOD.invokeExact(state, arena.allocateFrom(path.toString()), S_IFCHR | 0666, device);
      check(result, state, "make the device " + path);
    } catch (Throwable e) {
      throw rethrown(e);
    }
  }

  static Descriptor open(Path path) throws IOException {
    try (var arena = Arena.ofConfined()) {
      var state = arena.allocate(CALL_STATE);
      int fd = (int) OPEN.invokeExact(state, arena.allocateFrom(path.toString()), O_CLOEXEC);
      check(fd, state, "open " + path);
      return new Descriptor(fd);
    } catch (Throwable e) {
      throw rethrown(e);
    }
  }

  /** A file descriptor of ours. */
  record Descriptor(int fd) implements AutoCloseable {
    @Override
    public void close() {
      try (var arena = Arena.ofConfined()) {
        int _ = (int) CLOSE.invokeExact(arena.allocate(CALL_STATE), fd);
      } catch (Throwable e) {
        throw new IllegalStateException("close(2) cannot be called", e);
      }
    }
  }

  private static void check(long result, MemorySegment state, String what) throws LinuxException {
    if (result < 0) {
      int errno = (int) ERRNO.get(state, 0L);
      throw new LinuxException(what, errno, words(errno));
    }
  }

  private static String words(int errno) {
    try {
      var text = (MemorySegment) STRERROR.invokeExact(errno);
      return text.reinterpret(256).getString(0);
    } catch (Throwable e) {
      throw new IllegalStateException("strerror(3) cannot be called", e);
    }
  }

  private static IOException rethrown(Throwable e) {
    if (e instanceof IOException failure) return failure;
    throw new IllegalStateException("a system call could not be made", e);
  }
}
