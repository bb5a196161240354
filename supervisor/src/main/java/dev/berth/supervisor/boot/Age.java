package dev.berth.supervisor.boot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How long a process has been there, to 10 ms. The JDK's answer, when it started, is off by up to a
 * second, as the kernel tells the time of its own start in whole ones.
 */
public final class Age {
  /** The kernel's clock ticks, sysconf(_SC_CLK_TCK): 100 a second on all that Linux runs on. */
  private static final int TICK_MILLIS = 10;

  /** Of the fields after the name in proc_pid_stat(5): starttime, the 22nd of all. */
  private static final int START = 19;

  private Age() {}

  /** Of this one; empty where /proc does not tell. */
  public static Optional<Duration> ofThisProcess() {
    try {
      var stat = Files.readString(Path.of("/proc/self/stat"));
      var uptime = Files.readString(Path.of("/proc/uptime"));
      return Optional.of(between(stat, uptime));
    } catch (IOException | NumberFormatException | IndexOutOfBoundsException _) {
      return Optional.empty();
    }
  }

  static Duration between(String stat, String uptime) {
    var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", START + 2);
    long started = Long.parseLong(fields[START]) * TICK_MILLIS;
    long now = Long.parseLong(uptime.substring(0, uptime.indexOf(' ')).replace(".", "")) * 10;
    return Duration.ofMillis(Math.max(0, now - started));
  }
}
