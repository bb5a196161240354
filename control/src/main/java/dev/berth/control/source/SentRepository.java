package dev.berth.control.source;

import dev.berth.base.Problem;
import dev.berth.base.process.Command;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * Makes a repository of a pack that somebody sent. It is read as what a host sends is: by git, with
 * bounds on time, memory and size, and nothing of it is run.
 */
final class SentRepository {
  private static final Pattern HASH = Pattern.compile("[0-9a-f]{40}|[0-9a-f]{64}");

  /** What of the names that git takes is used; another one is called main. */
  private static final Pattern BRANCH = Pattern.compile("\\w[\\w.+-]*(/\\w[\\w.+-]*)*");

  private SentRepository() {}

  /**
   * Makes one in {@code folder}, which is not there yet.
   *
   * @param pack is moved there
   */
  static void make(Git git, Path folder, Path pack, String commit, String branch)
      throws InterruptedException {
    if (!HASH.matcher(commit).matches()) {
      throw new Problem.Invalid("That is no hash of a commit.", "Ask by `gp validate`.");
    }
    boolean sha256 = commit.length() == 64;
    check(
        git.run(
            "init",
            "--quiet",
            "--bare",
            "--template=",
            "--shared=0644", // an instance's user reads it
            "--object-format=" + (sha256 ? "sha256" : "sha1"),
            folder.toString()));
    try {
      var own = folder.resolve("objects/pack/pack-" + name(pack, sha256 ? 32 : 20) + ".pack");
      Files.setPosixFilePermissions(pack, PosixFilePermissions.fromString("rw-r--r--"));
      Files.move(pack, own);
      check(git.in(folder, "index-pack", own.toString()));
    } catch (IOException e) {
      throw new Problem.Unavailable(
          "The working copy cannot be kept in %s: %s.".formatted(folder, e.getMessage()),
          "See that its disk is there, writable and not full.",
          e);
    }
    var ref = "refs/heads/" + (isUsable(branch) ? branch : "main");
    check(git.in(folder, "update-ref", ref, commit));
    check(git.in(folder, "symbolic-ref", "HEAD", ref));
  }

  private static boolean isUsable(String branch) {
    return branch.length() <= 200
        && BRANCH.matcher(branch).matches()
        && !branch.contains("..")
        && !branch.endsWith(".lock")
        && !branch.endsWith(".");
  }

  /** A pack ends with a hash of all before it, which names it. */
  private static String name(Path pack, int bytes) throws IOException {
    try (var file = new RandomAccessFile(pack.toFile(), "r")) {
      if (file.length() < bytes) throw new IOException("it is too short");
      var end = new byte[bytes];
      file.seek(file.length() - bytes);
      file.readFully(end);
      return HexFormat.of().formatHex(end);
    }
  }

  private static void check(Command.Outcome outcome) {
    if (outcome.ok()) return;
    throw new Problem.Invalid(
        "git does not take the working copy: %s".formatted(outcome.lastError()),
        "Check it with `git fsck`, and try again.");
  }
}
