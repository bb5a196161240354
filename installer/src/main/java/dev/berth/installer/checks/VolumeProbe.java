package dev.berth.installer.checks;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.Arrays;

/** What a pod of a check does with a volume: as a database would, through to the disk. */
public final class VolumeProbe {
  /** What the pod prints where all is well. */
  static final String GOOD = "written and read";

  private static final int BYTES = 1 << 20;

  private VolumeProbe() {}

  /** Writes to it and reads that again. */
  public static void run(Path folder, PrintStream out) throws IOException {
    var bytes = new byte[BYTES];
    new SecureRandom().nextBytes(bytes);
    var file = folder.resolve("berth-check");
    try (var channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      var left = ByteBuffer.wrap(bytes);
      while (left.hasRemaining()) channel.write(left);
      channel.force(true);
    }
    boolean same = Arrays.equals(bytes, Files.readAllBytes(file));
    Files.delete(file);
    out.println(same ? GOOD : "what was written is not what is read");
  }
}
