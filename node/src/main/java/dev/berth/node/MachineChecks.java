package dev.berth.node;

import dev.berth.base.Problem;
import dev.berth.base.process.Command;
import dev.berth.node.save.MachineSaves;
import dev.berth.protocol.check.Result;
import dev.berth.runtime.runc.RuncDriver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Whether this machine can still do what a start of Berth needs, tried while it runs. */
final class MachineChecks {
  private static final Path CGROUPS = Path.of("/sys/fs/cgroup");

  /** Without them a workspace takes all of the machine. */
  private static final Set<String> LIMITS = Set.of("cpu", "memory", "pids");

  private static final Duration ANSWER = Duration.ofSeconds(10);

  /** Some days of an ordinary workspace's growth. */
  private static final long LITTLE_ROOM = 8 * MachineSaves.LEAST_FREE_BYTES;

  private final HostSetup setup;
  private final RuncDriver driver;
  private final Path instances;
  private final Path cgroups;

  MachineChecks(HostSetup setup, RuncDriver driver, Path instances) {
    this(setup, driver, instances, CGROUPS);
  }

  private MachineChecks(HostSetup setup, RuncDriver driver, Path instances, Path cgroups) {
    this.setup = setup;
    this.driver = driver;
    this.instances = instances;
    this.cgroups = cgroups;
  }

  List<Result> all() throws InterruptedException {
    return List.of(kernel(), programs(), limits(cgroups), room(instances), mounts());
  }

  private static Result kernel() {
    var hop = "kernel of this machine";
    try {
      return Result.good("B202", hop, HostSetup.checkKernel());
    } catch (Problem problem) {
      return Result.bad("B202", hop, "Workspaces' file systems are layered.", problem);
    }
  }

  private Result programs() throws InterruptedException {
    var hop = "programs of this machine";
    var missing = setup.missing();
    if (!missing.isEmpty()) {
      return Result.bad(
          "B203",
          hop,
          "Workspaces that start now need them.",
          HostSetup.lacking(missing, "somebody removed them"));
    }
    try {
      var runtime = setup.runtime();
      var said = Command.of(runtime, "--version").within(ANSWER).run();
      var version = said.text().lines().findFirst().orElse(runtime);
      return said.ok()
          ? Result.good("B203", hop, "all there; " + version)
          : Result.bad(
              "B203",
              hop,
              "%s does not run: %s.".formatted(runtime, said.lastError()),
              "It makes the workspaces' containers.",
              "Install it anew: apt-get install --reinstall " + runtime);
    } catch (Problem problem) {
      return Result.bad("B203", hop, "Workspaces that start now need them.", problem);
    }
  }

  /** Version 2 says it in one file, version 1 has a folder for each. */
  static Result limits(Path cgroups) {
    var hop = "control groups of this machine";
    try {
      var list = cgroups.resolve("cgroup.controllers");
      boolean newer = Files.isReadable(list);
      var there =
          newer
              ? Set.of(Files.readString(list).strip().split("\\s+"))
              : LIMITS.stream()
                  .filter(name -> Files.isDirectory(cgroups.resolve(name)))
                  .collect(Collectors.toSet());
      var missing = new ArrayList<>(LIMITS);
      missing.removeAll(there);
      var version = newer ? "version 2" : "version 1";
      if (missing.isEmpty()) {
        return Result.good("B206", hop, version + " with " + words(LIMITS.stream()));
      }
      return Result.bad(
          "B206",
          hop,
          "They are of %s and have no %s.".formatted(version, words(missing.stream())),
          "They keep a workspace from taking all of the machine.",
          "Boot with cgroup_enable=memory, or mount %s with all controllers.".formatted(cgroups));
    } catch (IOException e) {
      return Result.bad(
          "B206",
          hop,
          "%s cannot be read: %s.".formatted(cgroups, e.getMessage()),
          "They keep a workspace from taking all of the machine.",
          "Mount control groups there.");
    }
  }

  private static String words(Stream<String> names) {
    return names.sorted().collect(Collectors.joining(", "));
  }

  private static Result room(Path folder) {
    var hop = "room on the disk of workspaces";
    try {
      var store = Files.getFileStore(folder);
      return room(hop, folder, store.getUsableSpace(), store.getTotalSpace());
    } catch (IOException e) {
      return Result.bad(
          "B302",
          hop,
          "%s cannot be read: %s.".formatted(folder, e.getMessage()),
          "All workspaces' files are there.",
          "See that the disk is mounted.");
    }
  }

  static Result room(String hop, Path folder, long free, long all) {
    var words =
        "%.1f of %.0f GiB are free at %s"
            .formatted(free / (double) (1L << 30), all / (double) (1L << 30), folder);
    if (free >= LITTLE_ROOM) return Result.good("B302", hop, words);
    var remedy =
        "berth delete --now what nobody needs, deleted ones first (berth list --deleted), or a larger disk.";
    return free < MachineSaves.LEAST_FREE_BYTES
        ? Result.bad("B302", hop, words + ".", "Nothing is saved any more below 1 GiB.", remedy)
        : Result.doubtful(
            "B302",
            hop,
            words + ".",
            "Below 1 GiB nothing is saved any more, and programs in workspaces fail.",
            remedy);
  }

  private Result mounts() throws InterruptedException {
    var hop = "file systems of workspaces";
    try {
      driver.tryMounts();
      return Result.good("B303", hop, "one of nothing was made and let go of");
    } catch (Problem problem) {
      return Result.bad("B303", hop, "No workspace starts without.", problem);
    }
  }
}
