package dev.berth.e2e;

import dev.berth.base.file.FileLocks;
import dev.berth.base.process.Command;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The berth command of this build, run as the launcher runs it but without looking for changes. */
final class Program {
  private static final Path ROOT = Path.of(System.getProperty("berth.root", ".."));

  private static final Path CACHE = Path.of("target/berth.aot").toAbsolutePath();

  private static final Path DRAFT = CACHE.resolveSibling("berth.aot.new");

  /** Copies of the program's jars, in the form that the cache takes. */
  private static final Path LIB = Path.of("target/berth").toAbsolutePath();

  /** The home of the run that it is made of, with what the JVMs said of it. */
  private static final Path TRAINING = Path.of("target/training").toAbsolutePath();

  /** The first on a machine makes the default image, too. */
  private static final Duration TRAINING_LONGEST = Duration.ofMinutes(5);

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

  /**
   * The cache of classes that the launcher has too, made once a build in the same way: each start
   * takes a third of the time.
   */
  private static synchronized Path trained() throws IOException, InterruptedException {
    if (trained) return CACHE;
    try (var _ = new FileLocks(CACHE::resolveSibling).take("berth.aot.lock")) {
      if (!isOfThisBuild()) train();
    }
    trained = true;
    return CACHE;
  }

  private static void train() throws IOException, InterruptedException {
    Files.deleteIfExists(CACHE);
    Files.deleteIfExists(DRAFT);
    renewJars();
    remove(TRAINING);
    Files.createDirectories(TRAINING);
    Files.writeString(TRAINING.resolve("berth.yaml"), Installation.imageSettings());
    var flags =
        List.of(
            "-XX:-AOTRecordTraining",
            "-XX:AOTCacheOutput=" + DRAFT,
            "-Xlog:disable",
            "-Xlog:all=warning:file=" + TRAINING.resolve("said-%p.log"),
            "-XX:ErrorFile=" + TRAINING.resolve("crash-%p.log"));
    Command.of(java(flags, "dev.berth.cli.Warmup"))
        .with("BERTH_HOME", TRAINING.toString())
        .within(TRAINING_LONGEST)
        .orProblem("See what it printed.");
    // The JVM that writes it is another one, of whose end the first says nothing.
    if (!Files.exists(DRAFT) || Files.size(DRAFT) == 0) {
      throw new IllegalStateException(
          "the JVM wrote no cache of classes to %s:%n%s".formatted(DRAFT, logs()));
    }
    // Else one that cannot be used would only make all slow, or end each that uses it.
    var whole = List.of("-XX:AOTMode=on", "-XX:AOTCache=" + DRAFT, "-XX:+VerifySharedSpaces");
    var used = java(whole, "dev.berth.cli.Berth");
    used.add("version");
    Command.of(used).orProblem("See what it printed.");
    Files.move(DRAFT, CACHE, StandardCopyOption.ATOMIC_MOVE);
  }

  private static String logs() throws IOException {
    var words = new StringBuilder();
    try (Stream<Path> logs = Files.list(TRAINING)) {
      for (var log : logs.filter(file -> file.toString().endsWith(".log")).sorted().toList()) {
        words.append(log).append(":\n").append(Files.readString(log));
      }
    }
    return words.toString();
  }

  /** As the launcher does it with its own copies. */
  private static void renewJars() throws IOException, InterruptedException {
    remove(LIB);
    Files.createDirectories(LIB);
    for (var jar : built()) Files.copy(jar, LIB.resolve(jar.getFileName()));
    var argv = new ArrayList<>(List.of(jvm(), "-cp", classPath(), "dev.berth.cli.Renewal"));
    for (var jar : jars()) {
      if (jar.getFileName().toString().matches("(picocli|bcprov)-.*")) argv.add(jar.toString());
    }
    Command.of(argv).orProblem("See what it printed.");
  }

  private static void remove(Path folder) throws InterruptedException {
    Command.of("rm", "-rf", folder.toString()).orProblem("See it.");
  }

  /** Another of the processes that run these tests may have made it. */
  private static boolean isOfThisBuild() throws IOException {
    if (!Files.exists(CACHE) || Files.size(CACHE) == 0) return false;
    var made = Files.getLastModifiedTime(CACHE);
    for (var jar : built()) {
      if (Files.getLastModifiedTime(jar).compareTo(made) > 0) return false;
    }
    return true;
  }

  private static List<String> java(List<String> more, String main) throws IOException {
    var command = new ArrayList<String>();
    command.add(jvm());
    command.addAll(flags());
    command.add("-Dberth.supervisor=" + supervisor());
    command.addAll(more);
    command.addAll(List.of("-cp", classPath(), main));
    return command;
  }

  private static String jvm() {
    return ProcessHandle.current().info().command().orElseThrow();
  }

  /** What the launcher finds in an installation: its script, and links to what was built. */
  static void layOut(Path folder) throws IOException, InterruptedException {
    trained();
    Files.copy(ROOT.resolve("berth"), folder.resolve("berth"), StandardCopyOption.COPY_ATTRIBUTES);
    Files.createDirectories(folder.resolve("dist"));
    Files.copy(
        ROOT.resolve("dist/find-jdk"),
        folder.resolve("dist/find-jdk"),
        StandardCopyOption.COPY_ATTRIBUTES);
    Files.createDirectories(folder.resolve("supervisor/target"));
    Files.createSymbolicLink(folder.resolve("supervisor/target/tree"), supervisor());
    Files.createDirectories(folder.resolve("cli/target"));
    Files.createSymbolicLink(folder.resolve("cli/target/lib"), LIB);
    Files.createFile(folder.resolve("cli/target/built"));
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
    var more = Optional.ofNullable(System.getenv("BERTH_JAVA_OPTIONS")).orElse("");
    return List.of((words + " " + more).strip().split(" +"));
  }

  private static String classPath() throws IOException {
    return jars().stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
  }

  private static List<Path> jars() throws IOException {
    try (Stream<Path> files = Files.list(LIB)) {
      return files.sorted().toList();
    }
  }

  /** The program's jars as Maven left them. */
  private static List<Path> built() throws IOException {
    var target = ROOT.resolve("cli/target");
    var jars = new ArrayList<Path>();
    for (var folder : List.of(target, target.resolve("lib"))) {
      try (Stream<Path> files = Files.list(folder)) {
        files
            .filter(file -> file.toString().endsWith(".jar"))
            .filter(file -> folder.equals(target) || !isOwn(file))
            .forEach(jars::add);
      }
    }
    return jars;
  }

  /** The launcher's build leaves a copy of the command's own jar there, perhaps an older one. */
  private static boolean isOwn(Path jar) {
    return jar.getFileName().toString().startsWith("cli-");
  }
}
