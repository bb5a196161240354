package dev.berth.supervisor.gp;

import dev.berth.base.Problem;
import dev.berth.base.file.FolderTree;
import dev.berth.base.process.Command;
import dev.berth.protocol.inside.Errand.TrialPiece;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
  private static final Duration LONGEST = Duration.ofMinutes(10);

  private static final String CHECK =
      "gp validate tries a folder that is a git repository; gp validate --check starts nothing.";

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
      new FolderTree(folder).remove();
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

  /** Whether it is not larger than what is taken; git is ended as soon as it is. */
  private static boolean pack(Path place, Map<String, String> env, String commit, Path pack)
      throws IOException, InterruptedException {
    var builder =
        new ProcessBuilder(argv("pack-objects", "--revs", "--stdout", "--quiet"))
            .directory(place.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().putAll(env);
    var process = builder.start();
    var late =
        Thread.ofVirtual()
            .start(() -> {
              try {
                Thread.sleep(LONGEST);
                process.destroyForcibly();
              } catch (InterruptedException _) {
                // It ended.
              }
            });
    try (var in = process.getInputStream();
        var out = Files.newOutputStream(pack)) {
      try (var asked = process.getOutputStream()) {
        asked.write((commit + "\n").getBytes(StandardCharsets.US_ASCII));
      }
      var bytes = new byte[64 << 10];
      long size = 0;
      for (int n; (n = in.read(bytes)) >= 0; ) {
        size += n;
        if (size > TrialPiece.MOST_TOGETHER) return false;
        out.write(bytes, 0, n);
      }
      if (process.waitFor() == 0) return true;
      throw new Problem.Unavailable(
          "The working copy cannot be packed; git says why above.", CHECK);
    } finally {
      late.interrupt();
      process.destroyForcibly();
    }
  }

  private static List<String> argv(String... words) {
    var argv = new ArrayList<>(List.of("git", "-c", "core.fsmonitor=false"));
    argv.addAll(List.of(words));
    return argv;
  }

  private static Command command(Path place, Map<String, String> env, String... words) {
    var command = Command.of(argv(words)).in(place).within(LONGEST);
    for (var each : env.entrySet()) command = command.with(each.getKey(), each.getValue());
    return command;
  }

  private static String git(Path place, Map<String, String> env, String... words)
      throws InterruptedException {
    return command(place, env, words).orProblem(CHECK).text();
  }

  /** What it says, where it says yes. */
  private static Optional<String> asked(Path place, String... words) throws InterruptedException {
    return Optional.of(command(place, Map.of(), words).run())
        .filter(Command.Outcome::ok)
        .map(Command.Outcome::text);
  }

  @Override
  public void close() throws IOException {
    new FolderTree(folder).remove();
  }
}
