package dev.berth.base.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Memory beside Java's heap for what is large and lives short: a page of it takes room only once it
 * is written, and all of it goes back to the kernel when its arena is closed. Java's own way would
 * fill it with zeros first, and so take all of it at once.
 */
public final class Pages {
  private static final int PROT_READ_AND_WRITE = 3;
  private static final int MAP_PRIVATE = 2;
  private static final int MAP_ANONYMOUS = 0x20;

  private static final CFunction MMAP = CFunction.ofLong("mmap");
  private static final CFunction MUNMAP = CFunction.ofInt("munmap");

  private Pages() {}

  /** So many bytes, all zero, until {@code arena} is closed. */
  @SuppressWarnings("restricted") // the kernel has just given exactly these bytes
  public static MemorySegment of(Arena arena, long bytes) throws PosixException {
    try (var call = Arena.ofConfined()) {
      var state = call.allocate(CFunction.STATE);
      long at = MMAP.call(state, 0, bytes, PROT_READ_AND_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
      if (at == -1) throw new PosixException(MMAP.name(), CFunction.errno(state));
      return MemorySegment.ofAddress(at).reinterpret(bytes, arena, Pages::giveBack);
    }
  }

  private static void giveBack(MemorySegment pages) {
    try (var call = Arena.ofConfined()) {
      MUNMAP.call(call.allocate(CFunction.STATE), pages.address(), pages.byteSize());
    }
  }
}
