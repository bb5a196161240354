package dev.berth.cli.role;

import dev.berth.base.Problem;
import dev.berth.base.text.Reason;
import dev.berth.cli.settings.Home;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * This control among others. Its name lies in its home, which one process has at a time: who starts
 * again there is the successor of one that has ended, and takes its lease up at once.
 */
final class Replica implements AutoCloseable {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9.-]{1,64}");

  /** Of the machine's name, which for a pod is the pod's. */
  private static final int HOST_MAX = 54;

  private final FileChannel lock;
  private final String name;

  private Replica(FileChannel lock, String name) {
    this.lock = lock;
    this.name = name;
  }

  static Replica open(Home home) {
    var file = home.folder().resolve("replica");
    try {
      var channel =
          FileChannel.open(
              home.folder().resolve("replica.lock"),
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE);
      if (!isLocked(channel)) {
        channel.close();
        throw new Problem.Conflict(
            "Another process runs with the folder %s.".formatted(home.folder()),
            "Give each control a BERTH_HOME of its own.");
      }
      return new Replica(channel, name(file));
    } catch (IOException e) {
      throw new Problem.Unavailable(
          "The folder %s cannot be used: %s.".formatted(home.folder(), Reason.of(e)),
          "Let BERTH_HOME be a folder that this process may write.",
          e);
    }
  }

  private static boolean isLocked(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException _) {
      return false;
    }
  }

  private static String name(Path file) throws IOException {
    if (Files.exists(file)) {
      var known = Files.readString(file).strip();
      if (NAME.matcher(known).matches()) return known;
    }
    var host = hostName().replaceAll("[^A-Za-z0-9.-]", "-");
    var made =
        host.substring(0, Math.min(host.length(), HOST_MAX))
            + "-"
            + UUID.randomUUID().toString().substring(0, 8);
    var draft = Files.writeString(file.resolveSibling("replica.new"), made);
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    return made;
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "control";
    }
  }

  /** A name that no other running process has. */
  String name() {
    return name;
  }

  @Override
  public void close() throws IOException {
    lock.close();
  }
}
