package dev.berth.runtime.runc.cgroup;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One control group, in each hierarchy that this machine has. */
public final class ControlGroup {
  private static final Logger LOG = LoggerFactory.getLogger(ControlGroup.class);

  private static final Path MOUNT = Path.of("/sys/fs/cgroup");

  private final String path;

  /** The group at {@code path}, which begins with a slash. */
  public ControlGroup(String path) {
    this.path = path;
  }

  /** How often the kernel killed a process in it for want of memory; 0 where it cannot be told. */
  public long memoryKills() throws IOException {
    for (var file : List.of("memory.events", "memory.oom_control")) {
      for (var folder : folders()) {
        for (var line : lines(folder, file)) {
          var words = line.split(" ");
          if (words.length == 2 && words[0].equals("oom_kill")) return Long.parseLong(words[1]);
        }
      }
    }
    return 0;
  }

  /** None where there is no such file, or the group is removed at that moment. */
  private static List<String> lines(Path folder, String file) throws IOException {
    var events = folder.resolve(file);
    if (!Files.isReadable(events)) return List.of();
    try {
      return Files.readAllLines(events);
    } catch (IOException e) {
      if (Files.exists(folder)) throw e;
      return List.of();
    }
  }

  /** Whether any hierarchy still has it. */
  public boolean exists() throws IOException {
    return !folders().isEmpty();
  }

  /** Kills what is in it and removes it; what is dying may keep it, then it is still there. */
  public void remove() throws IOException {
    for (var folder : folders()) {
      var processes = folder.resolve("cgroup.procs");
      try {
        for (var pid : Files.readAllLines(processes)) {
          ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroyForcibly);
        }
        Files.deleteIfExists(folder);
      } catch (FileSystemException e) {
        LOG.debug("{} is gone already or a process in it is dying; exists() tells", folder, e);
      }
    }
  }

  /** Version 2 has one tree, version 1 one per controller, a machine with both has all of these. */
  private List<Path> folders() throws IOException {
    var inTree = MOUNT.resolve(path.substring(1));
    if (Files.isDirectory(inTree)) return List.of(inTree);
    try (Stream<Path> hierarchies = Files.list(MOUNT)) {
      return hierarchies
          .map(hierarchy -> hierarchy.resolve(path.substring(1)))
          .filter(Files::isDirectory)
          .toList();
    }
  }
}
