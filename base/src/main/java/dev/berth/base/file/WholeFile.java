package dev.berth.base.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** A small text file that is there whole or not at all, even where the power is cut. */
public final class WholeFile {
  private WholeFile() {}

  /** On return it is on the disk, in the place of what had its name. */
  public static void write(Path file, List<String> lines) throws IOException {
    var next = file.resolveSibling(file.getFileName() + ".new");
    Files.write(next, lines);
    sync(next);
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    sync(file.resolveSibling("."));
  }

  /** Waits until a file's bytes, or which names a folder has, are on the disk. */
  public static void sync(Path fileOrFolder) throws IOException {
    try (var channel = FileChannel.open(fileOrFolder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
