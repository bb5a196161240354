package dev.berth.base.posix;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Collections;

/**
 * A function of the C library whose arguments are integers and pointers, at most seven. All share
 * one shape, seven machine words in and one out, because each further shape costs some 20 ms of a
 * start: on x86-64 and AArch64 an int or a pointer takes a whole register, and an argument too many
 * does no harm. Memory that is passed by its address must outlive the call.
 *
 * @param wide whether the answer is a long or a pointer rather than an int
 */
public record CFunction(String name, MemorySegment address, boolean wide) {
  /** What a call leaves behind, for {@link #errno}. */
  public static final MemoryLayout STATE = Linker.Option.captureStateLayout();

  private static final long ERRNO_AT =
      STATE.byteOffset(MemoryLayout.PathElement.groupElement("errno"));

  @SuppressWarnings("restricted") // the calls are the purpose of this class
  private static final MethodHandle CALL =
      Linker.nativeLinker()
          .downcallHandle(
              FunctionDescriptor.of(
                  JAVA_LONG, Collections.nCopies(7, JAVA_LONG).toArray(MemoryLayout[]::new)),
              Linker.Option.captureCallState("errno"));

  /** One that answers an int. */
  public static CFunction ofInt(String name) {
    return new CFunction(name, symbol(name), false);
  }

  /** One that answers a long, a size or a pointer. */
  public static CFunction ofLong(String name) {
    return new CFunction(name, symbol(name), true);
  }

  private static MemorySegment symbol(String name) {
    return Linker.nativeLinker().defaultLookup().findOrThrow(name);
  }

  /**
   * Calls it.
   *
   * @param state of layout {@link #STATE}
   */
  @SuppressWarnings("CatchingUnchecked") // a method handle declares Throwable and throws none
  public long call(MemorySegment state, long a, long b, long c, long d, long e, long f, long g) {
    try {
      long answer = (long) CALL.invokeExact(address, state, a, b, c, d, e, f, g);
      return wide ? answer : (int) answer;
    } catch (Throwable failure) {
      throw new IllegalStateException(name + " cannot be called", failure);
    }
  }

  public long call(MemorySegment state, long a) {
    return call(state, a, 0, 0, 0, 0, 0, 0);
  }

  public long call(MemorySegment state, long a, long b) {
    return call(state, a, b, 0, 0, 0, 0, 0);
  }

  public long call(MemorySegment state, long a, long b, long c) {
    return call(state, a, b, c, 0, 0, 0, 0);
  }

  public long call(MemorySegment state, long a, long b, long c, long d) {
    return call(state, a, b, c, d, 0, 0, 0);
  }

  public long call(MemorySegment state, long a, long b, long c, long d, long e) {
    return call(state, a, b, c, d, e, 0, 0);
  }

  public long call(MemorySegment state, long a, long b, long c, long d, long e, long f) {
    return call(state, a, b, c, d, e, f, 0);
  }

  /** What went wrong in the last call with this state that failed. */
  public static int errno(MemorySegment state) {
    return state.get(JAVA_INT, ERRNO_AT);
  }
}
