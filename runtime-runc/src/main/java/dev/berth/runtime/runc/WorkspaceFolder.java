package dev.berth.runtime.runc;

import dev.berth.base.file.WholeFile;
import dev.berth.base.process.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * What one workspace has on disk. Files have the ids of the inside there, so that they can be
 * saved, moved and shown to another range of ids as they are.
 *
 * @param path {@code <root>/workspaces/<id>}
 */
record WorkspaceFolder(Path path) {
  /** Everybody's user inside (gitpod-classic 12.1). */
  static final int USER = 33333;

  /** Removing the millions of files that a workspace may have. */
  private static final Duration REMOVAL = Duration.ofHours(1);

  /** /workspace. */
  Path files() {
    return path.resolve("files");
  }

  /** What was changed elsewhere: home, installed packages. */
  Path upper() {
    return path.resolve("upper");
  }

  /** Overlayfs's own. */
  Path work() {
    return path.resolve("work");
  }

  /** The same for /workspace, where it lies on something. */
  Path filesWork() {
    return path.resolve("files-work");
  }

  /**
   * What was noted when its last instance was gone, for each end something else; empty where none
   * was, or none since it was noted first.
   */
  Optional<String> ended() throws IOException {
    try {
      return Optional.of(Files.readString(path.resolve("ended")).strip());
    } catch (NoSuchFileException _) {
      return Optional.empty();
    }
  }

  /** The time is for whoever looks at it: a clock that was set back may show it once more. */
  void noteEnded(Instant now) throws IOException {
    WholeFile.write(path.resolve("ended"), List.of(now + " " + UUID.randomUUID()));
  }

  /** What is known of its instance; not there where there is none. */
  InstanceFolder instance() {
    return new InstanceFolder(path.resolve("instance"));
  }

  /** What its last instance printed, in pieces. */
  Console console() {
    return new Console(path.resolve("console"));
  }

  /** Makes what is not there. {@code files} comes last: where it is, all is. */
  void make() throws IOException {
    Files.createDirectories(path);
    var stack = Ground.stack(path);
    var beneath = stack.size() > 1 ? Optional.of(stack.get(1)) : Optional.<Path>empty();
    makeFolder(work(), Optional.empty(), 0);
    makeFolder(filesWork(), Optional.empty(), 0);
    makeFolder(upper(), beneath, 0);
    makeFolder(files(), beneath, USER);
    console().make();
  }

  /** With the right owner from the first moment that it has its name: that of the one beneath. */
  private void makeFolder(Path folder, Optional<Path> beneath, int owner) throws IOException {
    if (Files.exists(folder)) return;
    var next = path.resolve(folder.getFileName() + ".new");
    Files.createDirectories(next);
    var like = beneath.map(layer -> layer.resolve(folder.getFileName()));
    if (like.isPresent()) {
      for (var what : List.of("unix:uid", "unix:gid", "unix:mode")) {
        Files.setAttribute(next, what, Files.getAttribute(like.get(), what));
      }
    } else {
      Files.setPosixFilePermissions(next, PosixFilePermissions.fromString("rwxr-xr-x"));
      own(next, owner);
    }
    Files.move(next, folder);
  }

  /**
   * Its files lose their name first: of a half that a kill leaves nobody saves or makes a layer.
   */
  void remove() throws IOException, InterruptedException {
    var gone = path.resolve("files.gone");
    delete(gone);
    if (Files.exists(files())) Files.move(files(), gone, StandardCopyOption.ATOMIC_MOVE);
    delete(path);
  }

  /**
   * Removes a tree that hostile hands may have made: rm copes with folders deeper than a path may
   * be long, which Java does not.
   */
  static void delete(Path tree) throws InterruptedException {
    if (!Files.exists(tree, LinkOption.NOFOLLOW_LINKS)) return;
    Command.of("rm", "-rf", "--one-file-system", "--", tree.toString())
        .within(REMOVAL)
        .orProblem("It is tried again; see the machine's kernel log for its disk.");
  }

  static void own(Path file, int id) throws IOException {
    for (var entry : Map.of("unix:uid", id, "unix:gid", id).entrySet()) {
      Files.setAttribute(file, entry.getKey(), entry.getValue());
    }
  }
}
