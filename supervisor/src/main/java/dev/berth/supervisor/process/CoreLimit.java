package dev.berth.supervisor.process;

import dev.berth.protocol.inside.SizePlan;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;

/** How large a core file this process and all that it starts may leave. */
public final class CoreLimit {
  private static final int RLIMIT_CORE = 4; // asm-generic/resource.h
  private static final int SELF = 0;
  private static final long NOTHING = 0;

  private CoreLimit() {}

  /** Sets it, to what the container's own hard limit allows: root inside cannot raise that. */
  public static void set(SizePlan.Core wanted) {
    try (var arena = Arena.ofConfined()) {
      var limits = arena.allocate(ValueLayout.JAVA_LONG, 2);
      prlimit(NOTHING, limits.address());
      long hard = least(wanted.hardBytes(), limits.getAtIndex(ValueLayout.JAVA_LONG, 1));
      limits.setAtIndex(ValueLayout.JAVA_LONG, 0, least(wanted.softBytes(), hard));
      limits.setAtIndex(ValueLayout.JAVA_LONG, 1, hard);
      prlimit(limits.address(), NOTHING);
    }
  }

  private static void prlimit(long set, long get) {
    Native.must("prlimit", Native.call(Native.Call.PRLIMIT64, SELF, RLIMIT_CORE, set, get, 0, 0));
  }

  /** Unsigned, as no limit is the largest number. */
  private static long least(long one, long other) {
    return Long.compareUnsigned(one, other) < 0 ? one : other;
  }
}
