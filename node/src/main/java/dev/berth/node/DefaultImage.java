package dev.berth.node;

import dev.berth.base.Problem;
import dev.berth.base.process.Command;
import dev.berth.runtime.runc.LocalImages;
import dev.berth.runtime.runc.RootFilesystem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * An image made of the host's distribution once: that of workspaces which name none, or the builder
 * of images. Its name holds a hash of how it is made, so that another Berth or distribution makes
 * another. Any thread may call.
 */
public final class DefaultImage {
  /**
   * A workspace's tools: version control, editors, compilers and the two commonest interpreters.
   * Not npm: Debian's brings four hundred packages, and projects bring a version of their own.
   */
  public static final List<String> WORKSPACE_PACKAGES =
      List.of(
          "bash-completion",
          "build-essential",
          "ca-certificates",
          "curl",
          "file",
          "git",
          "iproute2",
          "iputils-ping",
          "jq",
          "less",
          "lsof",
          "nano",
          "nodejs",
          "openssh-client",
          "procps",
          "python3",
          "python3-pip",
          "python3-venv",
          "rsync",
          "sudo",
          "unzip",
          "vim-tiny",
          "wget",
          "xz-utils",
          "zip");

  /** What every workspace needs: to become root, and to clone. */
  public static final List<String> NEEDED_PACKAGES =
      List.of("ca-certificates", "git", "openssh-client", "sudo");

  /**
   * What builds Dockerfiles and fetches their repositories and features: overlayfs needs no helper,
   * and RUN steps run without a container runtime.
   */
  private static final List<String> BUILDER_PACKAGES =
      List.of("buildah", "ca-certificates", "curl", "git", "jq", "netbase");

  /** A slow mirror; mmdebstrap takes one to three minutes with a fast one. */
  private static final Duration LONGEST = Duration.ofMinutes(30);

  /** What an image of all packages takes, and mmdebstrap while it makes it. */
  private static final long NEEDED_BYTES = 3L << 30;

  private static final String CLEAN =
      "rm -f \"$1/etc/resolv.conf\" \"$1/etc/hostname\" && : > \"$1/etc/resolv.conf\"";

  /**
   * Run by mmdebstrap in the finished image, whose folder is {@code $1}. The user is gitpod-classic
   * 12's; ping must do without its file capability, which instances do not have; apt's cache of the
   * host's may not be shown.
   */
  private static final List<String> HOOKS =
      List.of(
          "chroot \"$1\" useradd --no-log-init --uid 33333 --user-group --create-home"
              + " --home-dir /home/gitpod --shell /bin/bash gitpod",
          "echo 'gitpod ALL=(ALL:ALL) NOPASSWD:ALL' > \"$1/etc/sudoers.d/gitpod\"",
          "chmod 0440 \"$1/etc/sudoers.d/gitpod\"",
          "echo LANG=C.UTF-8 > \"$1/etc/default/locale\"",
          "! [ -x \"$1/sbin/setcap\" ] || ! [ -e \"$1/bin/ping\" ]"
              + " || chroot \"$1\" setcap -r /bin/ping || :",
          CLEAN,
          "mkdir -p \"$1/workspace\" && chown 33333:33333 \"$1/workspace\"");

  private static final Map<String, String> ENV =
      new TreeMap<>(Map.of("EDITOR", "nano", "LANG", "C.UTF-8"));

  /**
   * What it is for.
   *
   * @param name the begin of its own
   * @param hooks run by mmdebstrap in the finished image
   * @param words what it is called
   * @param remedy what helps beside a mirror of packages that answers
   */
  private record Use(String name, List<String> hooks, String words, String remedy) {}

  private static final Use WORKSPACES =
      new Use("default", HOOKS, "default image", "configure an image of a registry as default");

  private static final Use BUILDER =
      new Use("builder", List.of(CLEAN), "builder of images", "name a built image under image:");

  private final Use use;
  private final LocalImages images;
  private final List<String> packages;
  private final Path disk;
  private final ReentrantLock making = new ReentrantLock();
  private final AtomicReference<String> lastWords = new AtomicReference<>("waiting its turn");

  /**
   * For {@code images}, of {@code packages}.
   *
   * @param disk a folder on the disk where the images are
   */
  public DefaultImage(LocalImages images, List<String> packages, Path disk) {
    this(WORKSPACES, images, packages, disk);
  }

  /** The builder of images, for {@code images}; {@code disk} as above. */
  public static DefaultImage ofBuilder(LocalImages images, Path disk) {
    return new DefaultImage(BUILDER, images, BUILDER_PACKAGES, disk);
  }

  private DefaultImage(Use use, LocalImages images, List<String> packages, Path disk) {
    this.use = use;
    this.images = images;
    this.packages = List.copyOf(packages);
    this.disk = disk;
  }

  /** Whether it is there already. */
  public boolean exists() {
    return images.find(name(Distribution.read(Path.of("/etc")))).isPresent();
  }

  /**
   * The image; makes it where it is not there, once for all who ask meanwhile. Blocks for minutes
   * then, and tells how far it is.
   */
  public RootFilesystem ensure(Consumer<String> progress) throws InterruptedException {
    var distribution = Distribution.read(Path.of("/etc"));
    var name = name(distribution);
    var there = images.find(name);
    if (there.isPresent()) return there.get();
    while (!making.tryLock(1, TimeUnit.SECONDS)) {
      progress.accept("The %s is being made: %s".formatted(use.words(), lastWords.get()));
    }
    try {
      var made = images.find(name);
      if (made.isPresent()) return made.get();
      checkSpace();
      return images.make(name, ENV, rootfs -> fill(rootfs, distribution, progress));
    } finally {
      making.unlock();
    }
  }

  private void checkSpace() {
    try {
      long free = Files.getFileStore(disk).getUsableSpace();
      if (free >= NEEDED_BYTES) return;
      throw new Problem.Unavailable(
          "The %s needs %d MiB under %s, and %d MiB are free."
              .formatted(use.words(), NEEDED_BYTES >> 20, disk, free >> 20),
          "Make room, or set BERTH_HOME to a larger disk.");
    } catch (IOException e) {
      throw new Problem.Unavailable(
          "The disk of %s cannot be asked for its space: %s.".formatted(disk, e.getMessage()),
          "See that it is there.",
          e);
    }
  }

  private void fill(Path rootfs, Distribution distribution, Consumer<String> progress)
      throws InterruptedException {
    tell(progress, "Making the %s of %s.".formatted(use.words(), distribution.suite()));
    var errors = new ArrayList<String>();
    var began = System.nanoTime();
    int exitCode =
        Command.of(recipe(distribution, rootfs.toString()))
            .within(LONGEST)
            .follow(line -> {
              if (line.startsWith("E:") && errors.size() < 5) errors.add(line.substring(2).strip());
              if (line.startsWith("I: ")) tell(progress, line.substring(3).strip());
            });
    if (exitCode != 0) {
      throw new Problem.Unavailable(
          "The %s could not be made of %s: %s"
              .formatted(
                  use.words(),
                  String.join(", ", distribution.sources()),
                  errors.isEmpty()
                      ? "mmdebstrap ended with exit code " + exitCode + "."
                      : String.join(" ", errors)),
          "See that the machine reaches its package mirror, or %s.".formatted(use.remedy()));
    }
    var seconds = Duration.ofNanos(System.nanoTime() - began).toSeconds();
    tell(progress, "The %s is made, in %d s.".formatted(use.words(), seconds));
  }

  private void tell(Consumer<String> progress, String words) {
    lastWords.set(words);
    progress.accept(words);
  }

  private List<String> recipe(Distribution distribution, String rootfs) {
    var command = new ArrayList<String>();
    command.addAll(List.of("mmdebstrap", "--mode=root", "--variant=minbase", "--format=directory"));
    command.add("--include=" + String.join(",", packages));
    command.add("--aptopt=APT::Install-Recommends \"false\"");
    command.add("--dpkgopt=force-unsafe-io"); // an image that a crash spoiled is made again
    command.add("--dpkgopt=path-exclude=/usr/share/doc/*");
    command.add("--dpkgopt=path-include=/usr/share/doc/*/copyright");
    command.add("--dpkgopt=path-exclude=/usr/share/man/*");
    command.add("--dpkgopt=path-exclude=/usr/share/locale/*/LC_MESSAGES/*");
    for (var hook : use.hooks()) command.add("--customize-hook=" + hook);
    command.add(distribution.suite());
    command.add(rootfs);
    command.addAll(distribution.sources());
    return command;
  }

  private String name(Distribution distribution) {
    try {
      var recipe = String.join("\n", recipe(distribution, "")) + ENV;
      var hash = MessageDigest.getInstance("SHA-256");
      var bytes = hash.digest(recipe.getBytes(StandardCharsets.UTF_8));
      return use.name() + "-" + HexFormat.of().formatHex(bytes, 0, 6);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
