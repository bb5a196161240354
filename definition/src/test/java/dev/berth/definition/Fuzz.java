package dev.berth.definition;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SplittableRandom;

/**
 * Reads changed files of the corpus for as long as one says: a run of minutes, not a part of the
 * build. {@code bench/fuzz-definition 600} starts it; the first file that breaks a promise ends it,
 * and is kept.
 */
final class Fuzz {
  private Fuzz() {}

  /** The seconds to run, and a seed to repeat a run. */
  public static void main(String... arguments) throws Exception {
    var time = Duration.ofSeconds(arguments.length > 0 ? Long.parseLong(arguments[0]) : 600);
    long seed = arguments.length > 1 ? Long.parseLong(arguments[1]) : System.nanoTime();
    var mutation = new Mutation(new SplittableRandom(seed));
    var files = CorpusTest.files();
    System.out.printf("%d files, seed %d, %d s%n", files.size(), seed, time.toSeconds());
    long until = System.nanoTime() + time.toNanos();
    long read = 0;
    long slowest = 0;
    while (System.nanoTime() < until) {
      for (var file : files) {
        var bytes = mutation.of(mutation.of(Files.readAllBytes(file)));
        long began = System.nanoTime();
        try {
          HostileFilesTest.check(file, bytes);
        } catch (RuntimeException | AssertionError e) {
          var kept = Path.of("fuzz-" + seed + "-" + read + "-" + file.getFileName());
          Files.write(kept, bytes);
          System.out.printf("%s broke it, after %d files%n", kept, read);
          throw e;
        }
        slowest = Math.max(slowest, System.nanoTime() - began);
        read++;
      }
    }
    System.out.printf(
        "%d files read, none broke it; the slowest took %d ms%n", read, slowest / 1_000_000);
  }
}
