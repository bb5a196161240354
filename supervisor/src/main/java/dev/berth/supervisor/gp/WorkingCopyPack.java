package dev.berth.supervisor.gp;

import dev.berth.base.Problem;
import dev.berth.protocol.inside.Errand.TrialPiece;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A working copy as it is, as git packs a commit of it: with what is not committed, without what
 * {@code .gitignore} leaves out. Nothing is written in the repository itself. Closing it deletes
 * it.
 *
 * @param file git's pack
 * @param commit that nobody made
 * @param branch that the working copy is at; empty where it is at none
 * @param history whether what came before it is there, too
 */
record WorkingCopyPack(
    Path folder, Path file, String commit, Optional<String> branch, boolean history)
    implements AutoCloseable {
  /** A working copy of gigabytes on a slow disk. */
  private static final long MINUTES = 10;

  /** Packs the repository in {@code place}. */
  static WorkingCopyPack of(Path place) throws IOException, InterruptedException {
    var top = git(place, Map.of(), "rev-parse", "--show-toplevel");
    if (!Path.of(top).toRealPath().equals(place.toRealPath())) {
      throw new Problem.Invalid(
          "%s is a part of the repository %s.".formatted(place, top),
          "Name the repository's own folder.");
    }
    var folder = Files.createTempDirectory("gp-validate");
    try {
      return of(place, folder);
    } catch (IOException | InterruptedException | RuntimeException e) {
      delete(folder);
      throw e;
    }
  }

  private static WorkingCopyPack of(Path place, Path folder)
      throws IOException, InterruptedException {
    var own = git(place, Map.of(), "rev-parse", "--path-format=absolute", "--git-path", "objects");
    Files.createDirectory(folder.resolve("objects"));
    var env =
        Map.of(
            "GIT_INDEX_FILE", folder.resolve("index").toString(),
            "GIT_OBJECT_DIRECTORY", folder.resolve("objects").toString(),
            "GIT_ALTERNATE_OBJECT_DIRECTORIES", own,
            "GIT_AUTHOR_NAME", "gp validate",
            "GIT_AUTHOR_EMAIL", "gp@localhost",
            "GIT_COMMITTER_NAME", "gp validate",
            "GIT_COMMITTER_EMAIL", "gp@localhost");
    var head = asked(place, "rev-parse", "--verify", "--quiet", "HEAD");
    if (head.isPresent()) git(place, env, "read-tree", head.get());
    git(place, env, "add", "--all", "--", ".");
    var tree = git(place, env, "write-tree");
    var branch = asked(place, "symbolic-ref", "--short", "--quiet", "HEAD");
    // A history that begins somewhere in the middle is none that git could read elsewhere.
    boolean whole = git(place, Map.of(), "rev-parse", "--is-shallow-repository").equals("false");
    var pack = folder.resolve("pack");
    if (head.isPresent() && whole) {
      var message = List.of("commit-tree", tree, "-m", "The working copy", "-p", head.get());
      var commit = git(place, env, message.toArray(String[]::new));
      if (pack(place, env, commit, pack)) {
        return new WorkingCopyPack(folder, pack, commit, branch, true);
      }
    }
    var commit = git(place, env, "commit-tree", tree, "-m", "The working copy");
    if (pack(place, env, commit, pack)) {
      return new WorkingCopyPack(folder, pack, commit, branch, head.isEmpty());
    }
    throw new Problem.Invalid(
        "The working copy has more than %d MiB.".formatted(TrialPiece.MOST_TOGETHER >> 20),
        "Name in .gitignore what need not be there.");
  }

  /** Whether it is not larger than what is taken. */
  private static boolean pack(Path place, Map<String, String> env, String commit, Path pack)
      throws IOException, InterruptedException {
    var builder = builder(place, env, "pack-objects", "--revs", "--stdout", "--quiet");
    var process = builder.redirectOutput(pack.toFile()).start();
    try (var in = process.getOutputStream()) {
      in.write((commit + "\n").getBytes(StandardCharsets.US_ASCII));
    }
    end(process, "pack-objects", "");
    return Files.size(pack) <= TrialPiece.MOST_TOGETHER;
  }

  private static ProcessBuilder builder(Path place, Map<String, String> env, String... words) {
    var argv = new ArrayList<>(List.of("git", "-c", "core.fsmonitor=false"));
    argv.addAll(List.of(words));
    var builder = new ProcessBuilder(argv).directory(place.toFile()).redirectErrorStream(false);
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().putAll(env);
    return builder;
  }

  private static String git(Path place, Map<String, String> env, String... words)
      throws IOException, InterruptedException {
    var process = builder(place, env, words).start();
    process.getOutputStream().close();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    end(process, words[0], said);
    return said;
  }

  private static void end(Process process, String what, String said) throws InterruptedException {
    boolean ended = process.waitFor(MINUTES, TimeUnit.MINUTES);
    if (ended && process.exitValue() == 0) return;
    process.destroyForcibly();
    throw new Problem.Invalid(
        "git %s does not do: %s".formatted(what, said.isEmpty() ? "it says why above." : said),
        "gp validate tries a folder that is a git repository; gp validate --check starts nothing.");
  }

  /** What it says, where it says yes. */
  private static Optional<String> asked(Path place, String... words)
      throws IOException, InterruptedException {
    var process = builder(place, Map.of(), words).redirectError(ProcessBuilder.Redirect.DISCARD);
    var running = process.start();
    var said = new String(running.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    boolean ended = running.waitFor(MINUTES, TimeUnit.MINUTES);
    return ended && running.exitValue() == 0 ? Optional.of(said) : Optional.empty();
  }

  @Override
  public void close() throws IOException {
    delete(folder);
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (var path : all.sorted((a, b) -> b.compareTo(a)).toList()) Files.deleteIfExists(path);
    }
  }
}
