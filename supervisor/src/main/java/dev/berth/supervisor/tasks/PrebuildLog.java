package dev.berth.supervisor.tasks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * What a task printed in a prebuild: a file in the workspace, shown at the head of the task's
 * terminal where somebody begins with it (gitpod-classic 7.4), and the supervisor's own output,
 * which outlives an instance that fails.
 */
final class PrebuildLog {
  private static final System.Logger LOG = System.getLogger(PrebuildLog.class.getName());

  /** A terminal keeps 1 MiB in all. */
  private static final int BYTES_MAX = 256 * 1024;

  private static final String PASSED = "\033[2mThis task ran as a workspace prebuild.\033[0m\r\n";

  private final Path file;
  private final PrintStream console;
  private int written;
  private boolean broken;

  private PrebuildLog(Path file, PrintStream console) {
    this.file = file;
    this.console = console;
  }

  /** A new one of the task of that index. */
  static PrebuildLog create(Path folder, int index, PrintStream console) throws IOException {
    var file = file(folder, index);
    Files.deleteIfExists(file);
    Files.write(file, new byte[0], StandardOpenOption.CREATE_NEW);
    return new PrebuildLog(file, console);
  }

  private static Path file(Path folder, int index) {
    return folder.resolve("prebuild-log-" + index);
  }

  /** What the prebuild that this workspace began with printed; empty where it ran no such task. */
  static String head(Path folder, int index) {
    var file = file(folder, index);
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) return "";
    try (var stream = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      var bytes = stream.readNBytes(BYTES_MAX);
      return bytes.length == 0 ? "" : new String(bytes, UTF_8) + "\r\n" + PASSED;
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "the log of the prebuild cannot be read", e);
      return "";
    }
  }

  synchronized void add(byte[] bytes) {
    console.write(bytes, 0, bytes.length);
    console.flush();
    int count = Math.min(bytes.length, BYTES_MAX - written);
    if (broken || count <= 0) return;
    try (var out =
        Files.newOutputStream(
            file, StandardOpenOption.WRITE, StandardOpenOption.APPEND, LinkOption.NOFOLLOW_LINKS)) {
      out.write(bytes, 0, count);
      written += count;
    } catch (IOException e) {
      broken = true; // a task may remove the folder; the console has it all
      LOG.log(System.Logger.Level.WARNING, "the log of the prebuild cannot be written", e);
    }
  }
}
