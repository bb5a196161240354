package dev.berth.runtime.runc;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;

/**
 * What one workspace has on disk. Files have the ids of the inside there, so that they can be
 * saved, moved and shown to another range of ids as they are.
 *
 * @param path {@code <root>/workspaces/<id>}
 */
record WorkspaceFolder(Path path) {
  /** Everybody's user inside (gitpod-classic 12.1). */
  static final int USER = 33333;

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

  /** What is known of its instance; not there where there is none. */
  InstanceFolder instance() {
    return new InstanceFolder(path.resolve("instance"));
  }

  /** What its last instance printed, in pieces. */
  Console console() {
    return new Console(path.resolve("console"));
  }

  /** Makes what is not there. */
  void make() throws IOException {
    Files.createDirectories(path);
    makeFolder(files(), USER);
    makeFolder(upper(), 0);
    makeFolder(work(), 0);
    console().make();
  }

  /** With the right owner from the first moment that it has its name. */
  private void makeFolder(Path folder, int owner) throws IOException {
    if (Files.exists(folder)) return;
    var next = path.resolve(folder.getFileName() + ".new");
    Files.createDirectories(next);
    Files.setPosixFilePermissions(next, PosixFilePermissions.fromString("rwxr-xr-x"));
    own(next, owner);
    Files.move(next, folder);
  }

  static void own(Path file, int id) throws IOException {
    for (var entry : Map.of("unix:uid", id, "unix:gid", id).entrySet()) {
      Files.setAttribute(file, entry.getKey(), entry.getValue());
    }
  }
}
