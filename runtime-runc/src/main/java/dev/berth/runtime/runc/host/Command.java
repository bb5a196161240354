package dev.berth.runtime.runc.host;

import dev.berth.base.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One run of a program of the host, from its start to its end. Blocks; any thread may call. */
public final class Command {
  /** Enough for any message of {@code ip}, {@code nft} and {@code runc}; the rest is read over. */
  private static final int OUTPUT_BYTES = 64 * 1024;

  private Command() {}

  /**
   * What came of it.
   *
   * @param output both of its outputs, the first 64 KiB
   */
  public record Ended(int exitCode, String output) {}

  /** Runs {@code command} with {@code input}; kills it when {@code atMost} is past. */
  public static Ended run(Duration atMost, String input, List<String> command)
      throws InterruptedException {
    try {
      var process = new ProcessBuilder(command).redirectErrorStream(true).start();
      var killer =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      if (!process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
                        process.destroyForcibly();
                      }
                    } catch (InterruptedException _) {
                      process.destroyForcibly();
                    }
                  });
      try {
        // Its input is small enough for a pipe (64 KiB) to take it whether or not it reads it.
        try (var in = process.getOutputStream()) {
          in.write(input.getBytes(StandardCharsets.UTF_8));
        } catch (IOException _) {
          // It ended without reading it; its output says why.
        }
        var output = firstOf(process.getInputStream());
        return new Ended(process.waitFor(), output);
      } finally {
        killer.interrupt();
      }
    } catch (IOException e) {
      throw new Problem.Unavailable(
          "The program %s could not be run: %s.".formatted(command.getFirst(), e.getMessage()),
          "Install the package that has %s; `berth up` as root does so by itself."
              .formatted(command.getFirst()),
          e);
    }
  }

  /** The same; {@link Problem.Unavailable} with what it printed where it fails. */
  public static String must(String remedy, Duration atMost, String input, List<String> command)
      throws InterruptedException {
    var ended = run(atMost, input, command);
    if (ended.exitCode() == 0) return ended.output();
    throw new Problem.Unavailable(
        "`%s` failed with exit code %d: %s"
            .formatted(String.join(" ", command), ended.exitCode(), ended.output().strip()),
        remedy);
  }

  private static String firstOf(InputStream stream) throws IOException {
    try (stream) {
      var first = stream.readNBytes(OUTPUT_BYTES);
      stream.transferTo(java.io.OutputStream.nullOutputStream());
      return new String(first, StandardCharsets.UTF_8);
    }
  }
}
