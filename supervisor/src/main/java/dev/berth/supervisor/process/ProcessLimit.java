package dev.berth.supervisor.process;

import dev.berth.protocol.Notice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How many processes and threads the workspace's class allows, and whether they did not suffice.
 */
public final class ProcessLimit {
  private final List<Path> groups;

  private ProcessLimit(List<Path> groups) {
    this.groups = groups;
  }

  /**
   * That of this instance's control group: version 2 has one tree, version 1 one per controller.
   */
  public static ProcessLimit ofInstance() {
    return in(Path.of("/sys/fs/cgroup"));
  }

  static ProcessLimit in(Path mount) {
    return new ProcessLimit(List.of(mount.resolve("pids"), mount));
  }

  /** What is to be told where the kernel refused to start one; reads two small files. */
  public Optional<Notice> notice() {
    for (var group : groups) {
      var events = group.resolve("pids.events");
      if (!Files.isReadable(events)) continue;
      try {
        boolean refused =
            Files.readAllLines(events).stream().anyMatch(line -> line.matches("max [1-9]\\d*"));
        if (!refused) return Optional.empty();
        return Optional.of(
            Notice.warning(
                "The limit of %s processes and threads of this workspace's class was reached, and programs could not start others. End what starts so many, or stop the workspace."
                    .formatted(Files.readString(group.resolve("pids.max")).strip())));
      } catch (IOException _) {
        return Optional.empty(); // there is none to read, and the next look tries again
      }
    }
    return Optional.empty();
  }
}
