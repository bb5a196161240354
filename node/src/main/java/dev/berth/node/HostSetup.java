package dev.berth.node;

import dev.berth.base.Problem;
import dev.berth.base.process.Command;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Sees that this machine can run instances, and installs from its distribution what is missing,
 * saying what and why. It asks nothing, so it works without a terminal.
 */
public final class HostSetup {
  /** A slow mirror and a hundred packages; what takes longer hangs. */
  private static final Duration APT = Duration.ofMinutes(10);

  private static final Pattern KERNEL = Pattern.compile("(\\d+)\\.(\\d+).*", Pattern.DOTALL);

  /** Overlayfs takes layers with shifted ids from Linux 5.19 on. */
  private static final int KERNEL_MAJOR = 5;

  private static final int KERNEL_MINOR = 19;

  /**
   * A program that is needed.
   *
   * @param programs any of them will do, the first is preferred
   * @param packages what has the first one, in Debian and Ubuntu
   * @param why for whom to read what is being installed
   */
  record Need(List<String> programs, String packages, String why) {}

  private static final List<Need> NEEDS =
      List.of(
          new Need(List.of("runc", "crun"), "runc", "makes the workspaces' containers"),
          new Need(List.of("ip"), "iproute2", "links workspaces to the network"),
          new Need(List.of("nft"), "nftables", "keeps workspaces apart from each other"),
          new Need(List.of("unshare"), "util-linux", "shifts the ids of workspaces' files"),
          new Need(List.of("mmdebstrap"), "mmdebstrap", "makes the default workspace image"),
          new Need(List.of("git"), "git", "reads the repositories that users open"));

  /** What making the browser editor needs beside those; nothing of it compiles. */
  private static final List<Need> EDITOR_NEEDS =
      List.of(
          new Need(List.of("npm"), "npm", "fetches the browser editor"),
          new Need(List.of("patchelf"), "patchelf", "gives the browser editor its own C library"));

  private final List<Need> needs;
  private final List<Path> path;

  HostSetup(List<Need> needs, List<Path> path) {
    this.needs = needs;
    this.path = path;
  }

  /** For this machine, with the programs that are on the PATH of this process. */
  public static HostSetup ofThisMachine() {
    return onPath(NEEDS);
  }

  /** For making the browser editor. */
  static HostSetup forEditor() {
    return onPath(EDITOR_NEEDS);
  }

  private static HostSetup onPath(List<Need> needs) {
    var path = Optional.ofNullable(System.getenv("PATH")).orElse("/usr/sbin:/usr/bin:/sbin:/bin");
    return new HostSetup(
        needs, List.of(path.split(File.pathSeparator)).stream().map(Path::of).toList());
  }

  /**
   * Checks everything and installs what is missing; a few milliseconds where nothing is. {@link
   * Problem.Unavailable} with the remedy where the machine cannot be made to do.
   *
   * @return the program that makes containers
   */
  public String prepare(Consumer<String> progress) throws InterruptedException {
    checkMachine();
    installMissing(progress);
    return runtime();
  }

  /**
   * Checks what nothing that is installed would change: whose process this is, and the kernel.
   * {@link Problem.Unavailable} where it will not do.
   */
  public static void checkMachine() {
    checkRoot();
    checkKernel();
  }

  /** Installs what is missing; {@link Problem.Unavailable} where that cannot be done. */
  void installMissing(Consumer<String> progress) throws InterruptedException {
    var missing = missing();
    if (!missing.isEmpty()) install(missing, progress);
  }

  private static void checkRoot() {
    try {
      var uid = (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
      if (uid == 0) return;
      throw new Problem.Unavailable(
          "Berth runs as user %d, who cannot make containers and mounts.".formatted(uid),
          "Run it as root: sudo ./berth up.");
    } catch (IOException e) {
      throw new Problem.Unavailable(
          "/proc cannot be read: %s.".formatted(e.getMessage()), "Run Berth on Linux.", e);
    }
  }

  /** This machine's kernel, which is new enough. */
  static String checkKernel() {
    try {
      var release = Files.readString(Path.of("/proc/sys/kernel/osrelease")).strip();
      if (!newEnough(release)) {
        throw new Problem.Unavailable(
            "This machine's kernel is %s, which cannot shift the ids of a layered file system."
                .formatted(release),
            "Use Linux 5.19 or newer: Debian 12, Ubuntu 24.04 or later have it.");
      }
      return release;
    } catch (IOException e) {
      throw new Problem.Unavailable(
          "/proc cannot be read: %s.".formatted(e.getMessage()), "Run Berth on Linux.", e);
    }
  }

  static boolean newEnough(String release) {
    var match = KERNEL.matcher(release);
    if (!match.matches()) return true; // the driver's own probe tells
    int major = Integer.parseInt(match.group(1));
    int minor = Integer.parseInt(match.group(2));
    return major > KERNEL_MAJOR || (major == KERNEL_MAJOR && minor >= KERNEL_MINOR);
  }

  List<Need> missing() {
    return needs.stream().filter(need -> need.programs().stream().noneMatch(this::has)).toList();
  }

  private boolean has(String program) {
    return path.stream().anyMatch(folder -> Files.isExecutable(folder.resolve(program)));
  }

  String runtime() {
    return has("runc") || !has("crun") ? "runc" : "crun";
  }

  private void install(List<Need> missing, Consumer<String> progress) throws InterruptedException {
    var packages = missing.stream().map(Need::packages).toList();
    for (var need : missing) {
      progress.accept("Installing %s, which %s.".formatted(need.packages(), need.why()));
    }
    if (!has("apt-get")) throw lacking(missing, "apt-get is not on this machine");
    if (!apt(progress, with("install", packages))) {
      progress.accept("Fetching the distribution's list of packages.");
      apt(progress, List.of("update"));
      apt(progress, with("install", packages));
    }
    var still = missing();
    if (!still.isEmpty()) throw lacking(still, "apt-get could not install them");
  }

  private static List<String> with(String verb, List<String> packages) {
    var arguments = new ArrayList<>(List.of(verb, "--yes", "--no-install-recommends"));
    arguments.addAll(packages);
    return arguments;
  }

  private boolean apt(Consumer<String> progress, List<String> arguments)
      throws InterruptedException {
    var command = new ArrayList<String>();
    command.add(aptGet().toString());
    // Another apt may be at work, as one is on a machine that has just started.
    command.addAll(List.of("--quiet", "-o", "DPkg::Lock::Timeout=120"));
    command.addAll(arguments);
    return Command.of(command)
            .with("DEBIAN_FRONTEND", "noninteractive")
            .within(APT)
            .follow(line -> {
              if (line.startsWith("E:") || line.startsWith("Setting up")) {
                progress.accept("  " + line.strip());
              }
            })
        == 0;
  }

  private Path aptGet() {
    return path.stream()
        .map(folder -> folder.resolve("apt-get"))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow();
  }

  static Problem lacking(List<Need> needs, String why) {
    var names = String.join(", ", needs.stream().map(need -> need.programs().getFirst()).toList());
    var packages = String.join(" ", needs.stream().map(Need::packages).toList());
    return new Problem.Unavailable(
        "This machine lacks %s, and %s.".formatted(names, why),
        "Install them by hand (in Debian: apt-get install %s) and start again."
            .formatted(packages));
  }
}
