package dev.berth.runtime.runc;

import dev.berth.base.process.Command;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A process that was written down, told from a later one with the same number by its start time.
 *
 * @param started in the kernel's ticks since the machine's start
 */
record LiveProcess(long pid, long started) {
  private static final int SIGTERM = 15;

  /** The process that a line of /proc/PID/stat tells of. */
  static Optional<LiveProcess> parse(String stat) {
    int afterName = stat.lastIndexOf(')') + 2; // the name may hold anything
    int space = stat.indexOf(' ');
    if (afterName < 2 || afterName > stat.length() || space < 0) return Optional.empty();
    var fields = stat.substring(afterName).split(" ");
    try {
      // The 22nd field of proc(5); the 3rd, a letter for its state, is the first after the name.
      if (fields.length < 20 || fields[0].equals("Z")) return Optional.empty();
      var pid = Long.parseLong(stat.substring(0, space));
      return Optional.of(new LiveProcess(pid, Long.parseLong(fields[19])));
    } catch (NumberFormatException _) {
      return Optional.empty();
    }
  }

  /** The process of that number; empty where there is none, or only its remains. */
  static Optional<LiveProcess> of(long pid) {
    try {
      return parse(Files.readString(Path.of("/proc", Long.toString(pid), "stat")));
    } catch (IOException _) {
      return Optional.empty(); // no such process: reading it says so in several ways
    }
  }

  boolean alive() {
    return of(pid).equals(Optional.of(this));
  }

  /** Whether it has a handler for SIGTERM; without one the kernel keeps it from a process 1. */
  boolean listens() {
    try (var lines = Files.lines(Path.of("/proc", Long.toString(pid), "status"))) {
      return lines
          .filter(line -> line.startsWith("SigCgt:"))
          .mapToLong(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
          .anyMatch(caught -> (caught >>> (SIGTERM - 1) & 1) == 1);
    } catch (IOException | UncheckedIOException _) {
      return false; // it has ended
    }
  }

  /** Asks it to end: SIGTERM. */
  void terminate() {
    if (alive()) ProcessHandle.of(pid).ifPresent(ProcessHandle::destroy);
  }

  /**
   * Kills it and what it started, where it leads a group of processes: a shell's own end would
   * leave its commands running.
   */
  void killGroup() throws IOException, InterruptedException {
    // What fails has ended meanwhile. The number cannot be another's while one of the group lives.
    if (alive()) Command.of("sh", "-c", "kill -KILL \"-$0\"", Long.toString(pid)).run();
  }

  /** Kills it, and with the first process of a container all others in it. */
  void kill() {
    if (alive()) ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
  }
}
