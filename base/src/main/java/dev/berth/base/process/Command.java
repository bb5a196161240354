package dev.berth.base.process;

import dev.berth.base.Problem;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * A program to run. It gets no terminal, the given bytes as input, and is killed with its children
 * when its time is over, when it prints more than the bound, or when the caller is interrupted.
 *
 * @param environment added to that of this process; an empty value removes the name
 * @param limit how long it may run
 * @param outputBytes how much of its output, and of its errors, is kept; more output ends it
 */
public record Command(
    List<String> argv,
    Map<String, String> environment,
    Optional<Path> directory,
    byte[] input,
    Duration limit,
    int outputBytes) {

  /** Long enough for what answers at once on a loaded machine. */
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private static final int OUTPUT_BYTES = 1 << 20;

  /**
   * What became of it.
   *
   * @param exitCode 128 + the signal's number where a signal ended it
   */
  public record Outcome(int exitCode, byte[] output, String errors) {
    /** Whether it ended with 0. */
    public boolean ok() {
      return exitCode == 0;
    }

    /** What it printed, as text without the last line's end. */
    public String text() {
      return new String(output, StandardCharsets.UTF_8).stripTrailing();
    }

    /** The last line of its errors that says something, without control characters. */
    public String lastError() {
      var lines = errors.lines().filter(line -> !line.isBlank()).toList();
      var last = lines.isEmpty() ? "" : lines.getLast();
      var clean = last.replaceAll("\\p{Cntrl}", " ").strip();
      return clean.length() <= 500 ? clean : clean.substring(0, 500) + "...";
    }
  }

  public Command {
    argv = List.copyOf(argv);
    environment = Map.copyOf(environment);
  }

  /** A program with its arguments, and bounds that suit short work. */
  public static Command of(String... argv) {
    return of(List.of(argv));
  }

  /** The same of a list. */
  public static Command of(List<String> argv) {
    return new Command(argv, Map.of(), Optional.empty(), new byte[0], LIMIT, OUTPUT_BYTES);
  }

  /** The same with one more name in its environment; an empty value removes it. */
  public Command with(String name, String value) {
    var more = new HashMap<>(environment);
    more.put(name, value);
    return new Command(argv, more, directory, input, limit, outputBytes);
  }

  /** The same in a folder. */
  public Command in(Path folder) {
    return new Command(argv, environment, Optional.of(folder), input, limit, outputBytes);
  }

  /** The same with {@code text} as its input. */
  public Command reading(String text) {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    return new Command(argv, environment, directory, bytes, limit, outputBytes);
  }

  /** The same with another bound on its time. */
  public Command within(Duration longest) {
    return new Command(argv, environment, directory, input, longest, outputBytes);
  }

  /** The same with another bound on what it prints. */
  public Command printing(int bytes) {
    return new Command(argv, environment, directory, input, limit, bytes);
  }

  /**
   * Runs it to its end. {@link Problem.Unavailable} where there is no such program, its time is
   * over or it printed too much; any exit code is an outcome.
   */
  public Outcome run() throws InterruptedException {
    var process = start(false);
    try (var readers = Executors.newVirtualThreadPerTaskExecutor()) {
      var output =
          CompletableFuture.supplyAsync(
              () -> read(process, process.getInputStream(), true), readers);
      var errors =
          CompletableFuture.supplyAsync(
              () -> read(process, process.getErrorStream(), false), readers);
      var written = CompletableFuture.runAsync(() -> write(process), readers);
      try {
        await(process);
        var printed = finished(output);
        if (printed.length > outputBytes) {
          throw new Problem.Unavailable(
              "%s printed more than %d bytes.".formatted(name(), outputBytes),
              "Look at what it was asked: " + String.join(" ", argv) + ".");
        }
        var complaints = new String(finished(errors), StandardCharsets.UTF_8);
        return new Outcome(process.exitValue(), printed, complaints);
      } finally {
        kill(process);
        written.cancel(true);
      }
    }
  }

  /** The same, where any exit code but 0 is a {@link Problem.Unavailable} with {@code remedy}. */
  public Outcome orProblem(String remedy) throws InterruptedException {
    var outcome = run();
    if (!outcome.ok()) {
      var said = outcome.lastError();
      throw new Problem.Unavailable(
          "%s failed with %d%s"
              .formatted(shown(), outcome.exitCode(), said.isEmpty() ? "." : ": " + said),
          remedy);
    }
    return outcome;
  }

  /** Runs it and gives each line of output and errors to {@code lines} as it comes. */
  public int follow(Consumer<String> lines) throws InterruptedException {
    var process = start(true);
    try (var readers = Executors.newVirtualThreadPerTaskExecutor()) {
      var ended = CompletableFuture.runAsync(() -> pass(process, lines), readers);
      var written = CompletableFuture.runAsync(() -> write(process), readers);
      try {
        await(process);
        ended.orTimeout(5, TimeUnit.SECONDS).exceptionally(_ -> null).join();
        return process.exitValue();
      } finally {
        kill(process);
        written.cancel(true);
      }
    }
  }

  private Process start(boolean together) {
    var builder = new ProcessBuilder(argv).redirectErrorStream(together);
    directory.ifPresent(folder -> builder.directory(folder.toFile()));
    environment.forEach((key, value) -> {
      if (value.isEmpty()) builder.environment().remove(key);
      else builder.environment().put(key, value);
    });
    try {
      return builder.start();
    } catch (IOException e) {
      throw new Problem.Unavailable(
          "The program %s cannot be run: %s.".formatted(name(), e.getMessage()),
          "Install it, or put it on the PATH.",
          e);
    }
  }

  private void await(Process process) throws InterruptedException {
    if (process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) return;
    throw new Problem.Unavailable(
        "%s did not end within %d s.".formatted(shown(), limit.toSeconds()),
        "Try again; if it happens again, run it by hand to see what it waits for.");
  }

  /** A child of the program may keep its output open; what came by then is what counts. */
  private static byte[] finished(CompletableFuture<byte[]> reader) throws InterruptedException {
    try {
      return reader.get(5, TimeUnit.SECONDS);
    } catch (TimeoutException | java.util.concurrent.ExecutionException e) {
      return new byte[0];
    }
  }

  private byte[] read(Process process, InputStream stream, boolean bounded) {
    var kept = new ByteArrayOutputStream();
    var piece = new byte[8192];
    try (stream) {
      for (int n = stream.read(piece); n >= 0; n = stream.read(piece)) {
        if (kept.size() <= outputBytes) kept.write(piece, 0, n);
        else if (bounded) process.destroyForcibly();
      }
    } catch (IOException e) {
      return kept.toByteArray(); // it was killed: what came is what there is
    }
    return kept.toByteArray();
  }

  private void pass(Process process, Consumer<String> lines) {
    try (var reader =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (var line = reader.readLine(); line != null; line = reader.readLine()) lines.accept(line);
    } catch (IOException e) {
      lines.accept("(its output broke off)");
    }
  }

  private void write(Process process) {
    try (var stream = process.getOutputStream()) {
      stream.write(input);
    } catch (IOException e) {
      return; // it did not want its input
    }
  }

  private static void kill(Process process) {
    if (!process.isAlive()) return;
    var children = new ArrayList<>(process.descendants().toList());
    process.destroyForcibly();
    children.forEach(ProcessHandle::destroyForcibly);
  }

  private String name() {
    return argv.getFirst();
  }

  private String shown() {
    var line = String.join(" ", argv).replaceAll("\\p{Cntrl}", " ");
    return line.length() <= 200 ? line : line.substring(0, 200) + "...";
  }
}
