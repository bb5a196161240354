package dev.berth.runtime.runc;

import dev.berth.base.json.Json;
import dev.berth.protocol.InstanceId;
import dev.berth.protocol.StartStep;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What is known of an instance: the plan and the steps, which we write, and what its monitor writes
 * while it runs. {@code plan.json} is there first and removed last.
 */
record InstanceFolder(Path path) {
  /**
   * What the instance is.
   *
   * @param machine the kernel's name for this run of the machine
   */
  record Plan(InstanceId instance, int number, long memoryBytes, String machine) {}

  private record Steps(List<StartStep> steps) {}

  private record LogLine(String level, String msg) {}

  /** Enough for the words of any refusal; runc's log has some lines only. */
  private static final int LOG_BYTES = 64 * 1024;

  boolean exists() {
    return Files.exists(path);
  }

  /** Makes the folder; from here on there is something to clear. */
  void make(Plan plan) throws IOException {
    Files.createDirectories(path);
    write("plan.json", Json.bytes(plan));
  }

  void write(List<StartStep> steps) throws IOException {
    write("steps.json", Json.bytes(new Steps(steps)));
  }

  /** Makes the folder runc's bundle too; on disk, so that {@code runc exec} works by hand. */
  void writeBundle(byte[] config) throws IOException {
    write("config.json", config);
  }

  Optional<Plan> plan() throws IOException {
    var bytes = read("plan.json");
    return bytes.isEmpty() ? Optional.empty() : Optional.of(Json.read(bytes.get(), Plan.class));
  }

  List<StartStep> steps() throws IOException {
    var bytes = read("steps.json");
    return bytes.isEmpty() ? List.of() : Json.read(bytes.get(), Steps.class).steps();
  }

  /** The container's first process, from when it runs as the supervisor. */
  Optional<LiveProcess> first() throws IOException {
    return read("pid").isEmpty() ? Optional.empty() : born();
  }

  /** The container's first process, from when runc made it. */
  Optional<LiveProcess> born() throws IOException {
    return process("birth");
  }

  /** When the supervisor was started. */
  Instant firstSince() throws IOException {
    return Files.getLastModifiedTime(path.resolve("pid")).toInstant();
  }

  /** What waits for the container's end. */
  Optional<LiveProcess> monitor() throws IOException {
    return process("monitor");
  }

  /** What runc answered at the container's end. */
  Optional<Integer> exitCode() throws IOException {
    return read("exit")
        .map(bytes -> Integer.parseInt(new String(bytes, StandardCharsets.UTF_8).strip()));
  }

  /** When it was last asked to end. */
  Optional<Instant> asked() throws IOException {
    var file = path.resolve("asked");
    return Files.exists(file)
        ? Optional.of(Files.getLastModifiedTime(file).toInstant())
        : Optional.empty();
  }

  void noteAsked() throws IOException {
    write("asked", new byte[0]);
  }

  /** The last error in runc's own log. */
  Optional<String> refusal() throws IOException {
    var log = path.resolve("runc.log");
    if (!Files.exists(log) || Files.size(log) > LOG_BYTES) return Optional.empty();
    return Files.readAllLines(log).stream()
        .filter(line -> line.startsWith("{") && line.endsWith("}"))
        .map(line -> Json.read(line, LogLine.class))
        .filter(line -> line.level().equals("error") || line.level().equals("fatal"))
        .reduce((_, last) -> last)
        .map(line -> line.msg().replaceAll("\\p{Cntrl}", " "));
  }

  /** Removes it, the plan last. */
  void remove() throws IOException {
    if (!exists()) return;
    List<Path> files;
    try (var listed = Files.list(path)) {
      files = listed.filter(file -> !file.endsWith("plan.json")).toList();
    }
    for (var file : files) Files.deleteIfExists(file);
    Files.deleteIfExists(path.resolve("plan.json"));
    Files.deleteIfExists(path);
  }

  private Optional<LiveProcess> process(String file) throws IOException {
    return read(file)
        .flatMap(bytes -> LiveProcess.parse(new String(bytes, StandardCharsets.UTF_8).strip()));
  }

  private Optional<byte[]> read(String file) throws IOException {
    try {
      return Optional.of(Files.readAllBytes(path.resolve(file)));
    } catch (NoSuchFileException _) {
      return Optional.empty();
    }
  }

  /** Whole or not at all. */
  private void write(String file, byte[] bytes) throws IOException {
    var next = path.resolve(file + ".new");
    Files.write(next, bytes);
    Files.move(next, path.resolve(file), StandardCopyOption.ATOMIC_MOVE);
  }
}
