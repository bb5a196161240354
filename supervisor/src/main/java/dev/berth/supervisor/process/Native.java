package dev.berth.supervisor.process;

import dev.berth.base.posix.CFunction;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/** Calls of the kernel, by their numbers, and what else the processes here need of C. */
final class Native {
  /** A system call and its number on x86-64 and on AArch64 (asm/unistd.h). */
  enum Call {
    READ(0, 63),
    WRITE(1, 64),
    CLOSE(3, 57),
    IOCTL(16, 29),
    KILL(62, 129),
    FCNTL(72, 25),
    SETRESUID(117, 147),
    SETRESGID(119, 149),
    SETGROUPS(116, 159),
    SETPRIORITY(141, 140),
    EPOLL_CTL(233, 21),
    WAITID(247, 95),
    OPENAT(257, 56),
    EPOLL_PWAIT(281, 22),
    EPOLL_CREATE1(291, 20),
    PIPE2(293, 59),
    PRLIMIT64(302, 261);

    private final int number;

    Call(int x86, int arm) {
      number = ARM ? arm : x86;
    }
  }

  static final boolean ARM = System.getProperty("os.arch", "").equals("aarch64");

  static final int ENOENT = 2;
  static final int EINTR = 4;
  static final int ECHILD = 10;
  static final int EAGAIN = 11;
  static final int EACCES = 13;
  static final int EEXIST = 17;

  private static final CFunction SYSCALL = CFunction.ofLong("syscall");

  private Native() {}

  /** What the kernel answers: a result, or the negative of an errno. */
  static long call(Call call, long a, long b, long c, long d, long e, long f) {
    try (var arena = Arena.ofConfined()) {
      var state = arena.allocate(CFunction.STATE);
      long result = SYSCALL.call(state, call.number, a, b, c, d, e, f);
      return result == -1 ? -(long) CFunction.errno(state) : result;
    }
  }

  static long call(Call call, long a) {
    return call(call, a, 0, 0, 0, 0, 0);
  }

  static long call(Call call, long a, long b) {
    return call(call, a, b, 0, 0, 0, 0);
  }

  static long call(Call call, long a, long b, long c) {
    return call(call, a, b, c, 0, 0, 0);
  }

  /** The result of a function of the C library that answers an errno, such as posix_spawn. */
  static int invoke(CFunction function, long... words) {
    var all = Arrays.copyOf(words, 7);
    try (var arena = Arena.ofConfined()) {
      var state = arena.allocate(CFunction.STATE);
      return (int) function.call(state, all[0], all[1], all[2], all[3], all[4], all[5], all[6]);
    }
  }

  /** The result of {@code call} that is a bug or a machine out of resources where it fails. */
  static long must(String what, long result) {
    if (result < 0) throw new IllegalStateException("%s: errno %d".formatted(what, -result));
    return result;
  }

  /** An array of C strings with a null at its end. */
  static MemorySegment strings(Arena arena, java.util.List<String> strings) {
    var array = arena.allocate(ValueLayout.ADDRESS, strings.size() + 1L);
    for (int i = 0; i < strings.size(); i++) {
      array.setAtIndex(ValueLayout.ADDRESS, i, arena.allocateFrom(strings.get(i)));
    }
    return array;
  }
}
