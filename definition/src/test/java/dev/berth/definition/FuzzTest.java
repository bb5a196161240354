package dev.berth.definition;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Reads changed files of the corpus for as long as one says, and those of clones of public
 * repositories where {@code fuzz.folder} names some: a run of minutes, not a part of the build.
 * {@code bench/fuzz-definition} starts it; the first file that breaks a promise ends it, and is
 * kept.
 */
@EnabledIfSystemProperty(named = "fuzz.seconds", matches = "[0-9]+")
class FuzzTest {
  @Test
  @Timeout(value = 1, unit = TimeUnit.DAYS) // it ends by itself, later than other tests may
  void no_file_breaks_a_promise() throws Exception {
    var time = Duration.ofSeconds(Long.getLong("fuzz.seconds", 0));
    long seed = Long.getLong("fuzz.seed", System.nanoTime());
    var random = new SplittableRandom(seed);
    var mutation = new Mutation(random);
    var files = new ArrayList<>(CorpusTest.files());
    var folder = System.getProperty("fuzz.folder", "");
    if (!folder.isEmpty()) {
      try (Stream<Path> all = Files.walk(Path.of(folder))) {
        all.filter(file -> file.toString().matches(".*(gitpod\\.yml|devcontainer\\.json)"))
            .forEach(files::add);
      }
    }
    long until = System.nanoTime() + time.toNanos();
    long read = 0;
    long slowest = 0;
    while (System.nanoTime() < until) {
      for (var file : files) {
        var bytes = mutation.of(mutation.of(Files.readAllBytes(file)));
        if (random.nextInt(4) == 0) {
          var other = files.get(random.nextInt(files.size()));
          bytes = mutation.spliced(bytes, Files.readAllBytes(other));
        }
        long began = System.nanoTime();
        try {
          HostileFilesTest.check(file, bytes);
          if (random.nextInt(8) == 0) {
            var guessed = HostileFilesTest.GUESSED;
            var text = guessed.get(random.nextInt(guessed.size()));
            HostileFilesTest.checkGuess(mutation.of(text.getBytes(StandardCharsets.UTF_8)));
          }
        } catch (RuntimeException | Error e) {
          var kept = Path.of("target", "fuzz-" + seed + "-" + read + "-" + file.getFileName());
          Files.write(kept, bytes);
          throw new AssertionError("seed %d: see %s".formatted(seed, kept.toAbsolutePath()), e);
        }
        long took = System.nanoTime() - began;
        if (took > slowest) {
          slowest = took;
          Files.write(Path.of("target", "fuzz-slowest-" + file.getFileName()), bytes);
        }
        read++;
      }
    }
    Files.writeString(
        Path.of("target", "fuzz.txt"),
        "seed %d, %d s: %d files read, none broke a promise; the slowest took %d ms%n"
            .formatted(seed, time.toSeconds(), read, slowest / 1_000_000));
  }
}
