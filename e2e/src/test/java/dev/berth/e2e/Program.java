package dev.berth.e2e;

import dev.berth.base.file.FileLocks;
import dev.berth.base.process.Command;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The berth command of this build, run as the launcher runs it but without looking for changes. */
final class Program {
  private static final Path ROOT = Path.of(System.getProperty("berth.root", ".."));

  private static final Path CACHE = Path.of("target/berth.aot").toAbsolutePath();

  /** Whether the cache is known to be of this build. */
  private static boolean trained;

  private Program() {}

  /** The command line for {@code arguments}. */
  static List<String> command(String... arguments) throws IOException, InterruptedException {
    var command =
        java(List.of("-XX:AOTCache=" + trained(), "-Xlog:disable"), "dev.berth.cli.Berth");
    command.addAll(List.of(arguments));
    return command;
  }

  /** The cache of classes that the launcher has too: made once a build, it halves each start. */
  private static synchronized Path trained() throws IOException, InterruptedException {
    if (trained) return CACHE;
    try (var _ = new FileLocks(CACHE::resolveSibling).take("berth.aot.lock")) {
      if (!isOfThisBuild()) {
        Files.deleteIfExists(CACHE);
        Command.of(java(List.of("-XX:AOTCacheOutput=" + CACHE), "dev.berth.cli.Warmup"))
            .within(Duration.ofMinutes(2))
            .orProblem("See what it printed.");
      }
    }
    trained = true;
    return CACHE;
  }

  /** Another of the processes that run these tests may have made it. */
  private static boolean isOfThisBuild() throws IOException {
    if (!Files.exists(CACHE)) return false;
    var made = Files.getLastModifiedTime(CACHE);
    for (var jar : jars()) {
      if (Files.getLastModifiedTime(jar).compareTo(made) > 0) return false;
    }
    return true;
  }

  private static List<String> java(List<String> more, String main) throws IOException {
    var command = new ArrayList<String>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.addAll(flags());
    command.add("-Dberth.supervisor=" + supervisor());
    command.addAll(more);
    command.addAll(List.of("-cp", classPath(), main));
    return command;
  }

  /** The supervisor's tree of this build. */
  static Path supervisor() {
    return ROOT.resolve("supervisor/target/tree").toAbsolutePath().normalize();
  }

  /** Those of the launcher, so that both run the same. */
  private static List<String> flags() throws IOException {
    var line =
        Files.readAllLines(ROOT.resolve("berth")).stream()
            .filter(text -> text.startsWith("flags=\""))
            .findFirst()
            .orElseThrow();
    var words = line.substring("flags=\"".length(), line.length() - 1);
    return List.of(words.split(" "));
  }

  private static String classPath() throws IOException {
    return jars().stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
  }

  private static List<Path> jars() throws IOException {
    var target = ROOT.resolve("cli/target");
    var jars = new ArrayList<Path>();
    for (var folder : List.of(target, target.resolve("lib"))) {
      try (Stream<Path> files = Files.list(folder)) {
        files
            .filter(file -> file.toString().endsWith(".jar"))
            .filter(file -> folder.equals(target) || !isOwn(file))
            .forEach(file -> jars.add(file.toAbsolutePath().normalize()));
      }
    }
    return jars;
  }

  /** The launcher's build leaves a copy of the command's own jar there, perhaps an older one. */
  private static boolean isOwn(Path jar) {
    return jar.getFileName().toString().startsWith("cli-");
  }
}
