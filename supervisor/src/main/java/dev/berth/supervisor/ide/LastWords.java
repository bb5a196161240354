package dev.berth.supervisor.ide;

import dev.berth.supervisor.process.Descriptor;
import dev.berth.supervisor.process.Piped;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Reads all that a process prints, and keeps the end of it. */
final class LastWords {
  /** A stack trace's first lines are in it, and a status that quotes one line stays short. */
  private static final int KEPT = 4096;

  private final StringBuilder kept = new StringBuilder();
  private final Piped piped;
  private final List<Thread> readers;

  private LastWords(Piped piped) {
    this.piped = piped;
    readers =
        List.of(
            Thread.ofVirtual().name("output").start(() -> read(piped.output())),
            Thread.ofVirtual().name("errors").start(() -> read(piped.errors())));
  }

  static LastWords of(Piped piped) {
    return new LastWords(piped);
  }

  private void read(Descriptor from) {
    var bytes = new byte[4096];
    try {
      for (int n; (n = from.read(bytes)) >= 0; ) {
        keep(new String(bytes, 0, n, StandardCharsets.UTF_8));
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void keep(String text) {
    kept.append(text);
    if (kept.length() > KEPT) kept.delete(0, kept.length() - KEPT);
  }

  /** The last line that says something, after a colon, of the process that has ended. */
  String end() throws InterruptedException {
    piped.endWhenEmpty();
    for (var reader : readers) reader.join();
    synchronized (this) {
      return kept.toString()
          .lines()
          .map(line -> line.replaceAll("\\p{Cntrl}(\\[[0-9;]*m)?", "").strip())
          .filter(line -> !line.isEmpty())
          .reduce((_, last) -> last)
          .map(line -> ": " + (line.length() <= 300 ? line : line.substring(0, 300) + "..."))
          .orElse("");
    }
  }
}
