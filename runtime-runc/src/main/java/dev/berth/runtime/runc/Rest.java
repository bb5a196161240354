package dev.berth.runtime.runc;

import dev.berth.base.file.WholeFile;
import dev.berth.base.process.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A workspace whose instance is gone, until it has another one: its files change no more. Which
 * point they are exactly stands in {@code rest} in its folder, with the end that was noted before.
 * No clock is asked: whatever it is set to, an instance that ran since has ended anew.
 *
 * @param workspace its folder
 * @param ended what was noted at the end of its last instance, which no other end has in common
 */
public record Rest(Path workspace, String ended) {
  private static final String FILE = "rest";

  /** What all that runs here just wrote. */
  private static final Duration SYNCING = Duration.ofHours(1);

  /** Empty while it has an instance, and where it never had one. */
  public static Optional<Rest> of(Path workspace) throws IOException {
    var folder = new WorkspaceFolder(workspace);
    var ended = folder.ended();
    if (folder.instance().exists()) return Optional.empty();
    return ended.map(end -> new Rest(workspace, end));
  }

  /**
   * Notes that {@code point} is exactly what its files are, as of a save that began after this was
   * made. They are on the disk before: a save has read them, which needs no disk.
   */
  public void note(String point) throws IOException, InterruptedException {
    if (is(point)) return;
    // All of the file system: for each file by itself the disk would wait once.
    sync(workspace);
    WholeFile.write(workspace.resolve(FILE), List.of(point, ended));
  }

  /** Whether its files are exactly {@code point}, and on the disk. */
  boolean is(String point) throws IOException {
    try {
      return Files.readAllLines(workspace.resolve(FILE)).equals(List.of(point, ended));
    } catch (NoSuchFileException _) {
      return false;
    }
  }

  /** Waits until all that was written in the file system of {@code folder} is on the disk. */
  static void sync(Path folder) throws InterruptedException {
    Command.of("sync", "--file-system", folder.toString())
        .within(SYNCING)
        .orProblem("See the machine's kernel log for its disk.");
  }
}
