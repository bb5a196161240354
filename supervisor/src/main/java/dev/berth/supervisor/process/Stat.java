package dev.berth.supervisor.process;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A process, by its line of /proc/PID/stat as far as it matters here (proc(5)).
 *
 * @param started when, in the kernel's ticks: a number alone may be another's later
 */
record Stat(int pid, int parent, int session, long started) {
  private static final Path PROC = Path.of("/proc");

  /** All that run now; who has ended and waits to be reaped does not. */
  static List<Stat> running() {
    var running = new ArrayList<Stat>();
    try (var entries = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (var entry : entries) of(entry).ifPresent(running::add);
    } catch (IOException e) {
      throw new UncheckedIOException("/proc cannot be read", e);
    }
    return running;
  }

  private static Optional<Stat> of(Path entry) {
    try {
      var line = Files.readString(entry.resolve("stat"), ISO_8859_1); // the name may be any bytes
      // The name stands in parentheses and may hold anything, parentheses too.
      var rest = line.substring(line.lastIndexOf(')') + 2).split(" ");
      if (rest[0].equals("Z") || rest[0].equals("X")) return Optional.empty();
      return Optional.of(
          new Stat(
              Integer.parseInt(entry.getFileName().toString()),
              Integer.parseInt(rest[1]),
              Integer.parseInt(rest[3]),
              Long.parseLong(rest[19])));
    } catch (IOException _) {
      return Optional.empty(); // it ended meanwhile
    }
  }

  /** Whether it has said that it wants none of these signals; false where it has ended. */
  boolean ignores(int... signals) {
    try (var lines = Files.lines(PROC.resolve(pid + "/status"), ISO_8859_1)) {
      long ignored =
          lines
              .filter(line -> line.startsWith("SigIgn:"))
              .mapToLong(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
              .findFirst()
              .orElse(0);
      for (int signal : signals) if ((ignored >> (signal - 1) & 1) == 0) return false;
      return true;
    } catch (IOException | UncheckedIOException _) {
      return false; // it ended meanwhile
    }
  }
}
