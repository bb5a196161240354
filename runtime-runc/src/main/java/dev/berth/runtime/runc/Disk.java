package dev.berth.runtime.runc;

import dev.berth.base.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The disk that workspaces are on.
 *
 * @param root a folder of it
 */
record Disk(Path root) {
  /** An instance that cannot write a little fails in ways that nobody understands. */
  private static final long LEAST_FREE_BYTES = 64L << 20;

  /** Refuses what would write {@code bytes} where they do not fit. */
  void mustHold(long bytes) throws IOException {
    long free = Files.getFileStore(root).getUsableSpace();
    if (free - bytes >= LEAST_FREE_BYTES) return;
    var needed = bytes == 0 ? "" : ", and %d MiB are needed".formatted(bytes >> 20);
    throw new Problem.Unavailable(
        "The disk of %s is full: %d MiB are free%s.".formatted(root, free >> 20, needed),
        "Delete workspaces that nobody needs for good (berth delete --now), or"
            + " give it a larger disk.");
  }
}
