package dev.berth.definition;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Reads changed files of the corpus for as long as one says: a run of minutes, not a part of the
 * build. {@code bench/fuzz-definition} starts it; the first file that breaks a promise ends it, and
 * is kept.
 */
@EnabledIfSystemProperty(named = "fuzz.seconds", matches = "[0-9]+")
class FuzzTest {
  @Test
  void no_file_breaks_a_promise() throws Exception {
    var time = Duration.ofSeconds(Long.getLong("fuzz.seconds", 0));
    long seed = Long.getLong("fuzz.seed", System.nanoTime());
    var mutation = new Mutation(new SplittableRandom(seed));
    var files = CorpusTest.files();
    long until = System.nanoTime() + time.toNanos();
    long read = 0;
    long slowest = 0;
    while (System.nanoTime() < until) {
      for (var file : files) {
        var bytes = mutation.of(mutation.of(Files.readAllBytes(file)));
        long began = System.nanoTime();
        try {
          HostileFilesTest.check(file, bytes);
        } catch (RuntimeException | Error e) {
          var kept = Path.of("target", "fuzz-" + seed + "-" + read + "-" + file.getFileName());
          Files.write(kept, bytes);
          throw new AssertionError("seed %d: see %s".formatted(seed, kept.toAbsolutePath()), e);
        }
        slowest = Math.max(slowest, System.nanoTime() - began);
        read++;
      }
    }
    Files.writeString(
        Path.of("target", "fuzz.txt"),
        "seed %d, %d s: %d files read, none broke a promise; the slowest took %d ms%n"
            .formatted(seed, time.toSeconds(), read, slowest / 1_000_000));
  }
}
