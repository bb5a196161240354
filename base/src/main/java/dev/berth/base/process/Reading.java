package dev.berth.base.process;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Reads what a program prints, on a thread of its own, and can tell why that has not come to its
 * end after the program has: somebody else holds the pipe open, and the thread sleeps; or it has
 * not had its turn yet, and is to be waited for.
 */
final class Reading {
  private static final Path OWN_TASK = Path.of("/proc/thread-self");

  /** From one look at the thread to the next. */
  private static final Duration LOOK = Duration.ofMillis(20);

  /** It may also sleep for a moment where the JVM has all its threads wait. */
  private static final int LOOKS = 3;

  /** What is done with all that comes. An {@link IOException} is the end of what came. */
  interface Body {
    void read(InputStream from) throws IOException;
  }

  private volatile Optional<Path> stat = Optional.empty();
  private volatile boolean asks;
  private final Beside<Boolean> thread;

  private Reading(InputStream from, Body body) {
    // A platform thread: it is one of the kernel's, whose state that tells, from end to end.
    this.thread =
        Beside.begin(
            Thread.ofPlatform().daemon().name("reads"),
            () -> {
              stat =
                  Optional.of(Files.readSymbolicLink(OWN_TASK))
                      .map(task -> OWN_TASK.resolveSibling(task).resolve("stat"));
              try (var watched = new Watched(from)) {
                body.read(watched);
              }
              return true;
            });
  }

  /** Begins with it. */
  static Reading begin(InputStream from, Body body) {
    return new Reading(from, body);
  }

  /** Knows when more is asked for. */
  private final class Watched extends FilterInputStream {
    Watched(InputStream in) {
      super(in);
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      asks = true;
      try {
        return super.read(into, offset, length);
      } finally {
        asks = false;
      }
    }
  }

  /**
   * Waits until all of {@code readings} of a program that has ended are over; whether they are.
   *
   * @param patience that long somebody else may hold one open
   * @param longest that long one is waited for that does not come to its turn
   */
  static boolean end(List<Reading> readings, Duration patience, Duration longest)
      throws InterruptedException {
    long began = System.nanoTime();
    boolean all = true;
    for (var reading : readings) all &= reading.ends(began, patience, longest);
    return all;
  }

  private boolean ends(long beganNanos, Duration patience, Duration longest)
      throws InterruptedException {
    int asleep = 0;
    while (!thread.endsWithin(LOOK)) {
      asleep = sleeps() ? asleep + 1 : 0;
      long waited = System.nanoTime() - beganNanos;
      if (waited > patience.toNanos() && asleep >= LOOKS) return false;
      if (waited > Math.max(longest.toNanos(), patience.toNanos())) return false;
    }
    try {
      return thread.result();
    } catch (IOException _) {
      return true; // the program was killed: what came is what there is
    }
  }

  /** Whether it has taken all there is, and the kernel has it wait for more. */
  private boolean sleeps() {
    if (!asks || stat.isEmpty()) return false;
    try {
      var said = Files.readString(stat.get());
      return said.startsWith("S", said.lastIndexOf(") ") + 2); // proc_pid_stat(5)
    } catch (IOException _) {
      return false; // it has just ended
    }
  }
}
