package dev.berth.runtime.runc;

import dev.berth.base.Problem;
import dev.berth.base.process.Command;
import dev.berth.protocol.WorkspaceId;
import dev.berth.runtime.runc.cgroup.ControlGroup;
import dev.berth.runtime.runc.mount.IdRange;
import dev.berth.runtime.runc.mount.LinuxException;
import dev.berth.runtime.runc.mount.PrivateMounts;
import dev.berth.runtime.runc.network.InstanceNetwork;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * The machine as one driver sees it: its folders, its network, its runc.
 *
 * @param tag six hexadecimal digits made of the state folder, in the name of all that is not in it
 * @param boot the kernel's name for this run of the machine
 */
record Host(
    RuncOptions options,
    String tag,
    String boot,
    Numbers numbers,
    FrozenLayers frozen,
    InstanceNetwork network) {

  static Host open(RuncOptions options) throws IOException, InterruptedException {
    var root = options.root().toAbsolutePath().normalize();
    checkRoot();
    Files.createDirectories(root);
    Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwx------"));
    for (var folder : List.of("workspaces", "runc")) {
      Files.createDirectories(root.resolve(folder));
    }
    checkRuntime(options.runtime());
    var boot = Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
    checkMounts(root, boot);
    var tag = tag(root);
    return new Host(
        options,
        tag,
        boot,
        Numbers.open(root.resolve("numbers"), root.resolve("workspaces")),
        FrozenLayers.open(root, options.seeds()),
        InstanceNetwork.open(tag, root.resolve("network.json"), options.network()));
  }

  private static void checkRoot() throws IOException {
    var uid = (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    if (uid != 0) {
      throw new Problem.Unavailable(
          "Containers, mounts and networks were to be made as user %d.".formatted(uid),
          "Run Berth as root: sudo ./berth up.");
    }
  }

  /** By looking, not by running it: a start of Berth has a second in all. */
  private static void checkRuntime(String runtime) {
    var path = Optional.ofNullable(System.getenv("PATH")).orElse("/usr/sbin:/usr/bin:/sbin:/bin");
    for (var folder : path.split(File.pathSeparator)) {
      if (Files.isExecutable(Path.of(folder).resolve(runtime))) return;
    }
    throw new Problem.Unavailable(
        "The program %s, which makes containers, is not on the PATH (%s).".formatted(runtime, path),
        "Install runc or crun from the distribution: apt-get install runc.");
  }

  /**
   * Tries a root file system of nothing, in place, since only the kernel knows what it can do; once
   * for each run of the machine.
   */
  private static void checkMounts(Path root, String boot) throws IOException, InterruptedException {
    PrivateMounts.prepare();
    var passed = root.resolve("probe").resolve("passed-" + boot);
    if (Files.exists(passed)) return;
    tryMounts(root, new WorkspaceFolder(root.resolve("probe")));
    Files.write(passed, new byte[0]);
  }

  /** The same whether it was tried before or not, leaving nothing behind; one at a time. */
  synchronized void tryMounts() throws IOException, InterruptedException {
    var trial = new WorkspaceFolder(root().resolve("trial"));
    trial.remove(); // of one that was killed
    tryMounts(root(), trial);
    trial.remove();
  }

  private static void tryMounts(Path root, WorkspaceFolder probe)
      throws IOException, InterruptedException {
    probe.make();
    var layer = Files.createDirectories(probe.path().resolve("layer"));
    var ground = probe.path().resolve("ground");
    Files.createDirectories(ground.resolve("files"));
    Files.createDirectories(ground.resolve("upper"));
    var mounts =
        new PrivateMounts(
            new IdRange(RuncOptions.WORKSPACES_IDS),
            List.of(layer),
            List.of(ground),
            probe.path(),
            layer,
            Optional.empty(),
            List.of(),
            WorkspaceFolder.USER);
    try {
      mounts.in(() -> true);
    } catch (LinuxException e) {
      throw new Problem.Unavailable(
          "This machine cannot make a workspace's file system under %s: %s."
              .formatted(root, e.getMessage()),
          "Berth needs Linux 5.19 or newer, and its folder on ext4, xfs or btrfs; set BERTH_HOME to"
              + " such a disk.",
          e);
    }
  }

  private static String tag(Path root) {
    try {
      var hash = MessageDigest.getInstance("SHA-256");
      var bytes = hash.digest(root.toString().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(bytes, 0, 3);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  Path root() {
    return options.root().toAbsolutePath().normalize();
  }

  Path workspaces() {
    return root().resolve("workspaces");
  }

  WorkspaceFolder folder(WorkspaceId workspace) {
    return new WorkspaceFolder(workspaces().resolve(workspace.value()));
  }

  /** The ids of this machine that the workspace with that number has; each has its own. */
  IdRange ids(int number) {
    return new IdRange(options.firstId() + number * IdRange.SIZE);
  }

  /** runc's own state. */
  Path runcState() {
    return root().resolve("runc");
  }

  String cgroup(WorkspaceId workspace) {
    return "/berth-%s/%s".formatted(tag, workspace);
  }

  ControlGroup controlGroup(WorkspaceId workspace) {
    return new ControlGroup(cgroup(workspace));
  }

  /** Removes what is not in the state folder, for the end of an installation. */
  void dismantle() throws IOException, InterruptedException {
    network.dismantle();
    new ControlGroup("/berth-" + tag).remove();
  }

  Command runc(String... arguments) {
    var command = new ArrayList<String>();
    command.add(options.runtime());
    command.add("--root");
    command.add(runcState().toString());
    command.addAll(List.of(arguments));
    return Command.of(command);
  }
}
