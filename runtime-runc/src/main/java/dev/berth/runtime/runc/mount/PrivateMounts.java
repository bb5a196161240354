package dev.berth.runtime.runc.mount;

import dev.berth.base.process.Beside;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What an instance's mounts are made of, and the making of them.
 *
 * <p>All appear under {@link #PLACE}, in a mount namespace that only the thread that makes them and
 * the processes it starts are in. Files keep the ids of the inside on disk; the mounts shift them.
 *
 * @param ids the workspace's ids
 * @param layers read-only folders of files, the uppermost first
 * @param ground read-only folders with {@code files} and {@code upper} in them that the workspace's
 *     own lie on, the uppermost first; none for one that lies on nothing
 * @param workspace the workspace's folder, with {@code files}, {@code upper} and their work folders
 * @param supervisor the supervisor's folder, shown read-only
 * @param editor the browser editor's tree, shown read-only; what comes into it later is seen too
 * @param sources the host's folders to show read-only to the user
 * @param user who shall be able to read the sources: an id of the inside
 */
public record PrivateMounts(
    IdRange ids,
    List<Path> layers,
    List<Path> ground,
    Path workspace,
    Path supervisor,
    Optional<Path> editor,
    List<Path> sources,
    int user) {

  /** The one folder of the host that they cover; everybody may go through it and see it empty. */
  public static final Path PLACE = Path.of("/run/berth");

  /** The root file system. */
  public static final Path ROOT = PLACE.resolve("root");

  private static final Path OWN_FILES = PLACE.resolve("ws/files");
  private static final Path FILES = PLACE.resolve("files");

  /** The supervisor. */
  public static final Path SUPERVISOR = PLACE.resolve("supervisor");

  /** The browser editor. */
  public static final Path EDITOR = PLACE.resolve("editor");

  /** Small files for this instance only, in memory. */
  public static final Path SMALL = PLACE;

  /** The devices that rootless container tools open. */
  public static final Path DEVICES = PLACE.resolve("dev");

  /** /etc/hosts and its like, boot.json, config.json: kilobytes; but its user may write to some. */
  private static final String TMPFS = "mode=0755,size=4m,nr_inodes=4096";

  /** How long a dying instance may keep the upper layer busy: 5 s in steps of 50 ms. */
  private static final int BUSY_TRIES = 100;

  public PrivateMounts {
    layers = List.copyOf(layers);
    ground = List.copyOf(ground);
    sources = List.copyOf(sources);
  }

  /** Where the workspace's files appear. */
  public Path files() {
    return ground.isEmpty() ? OWN_FILES : FILES;
  }

  /** Where the source of that number appears. */
  public static Path source(int index) {
    return PLACE.resolve("s/" + index);
  }

  /** Makes {@link #PLACE} and finds out whether this machine can do all this. */
  public static void prepare() throws IOException {
    Files.createDirectories(PLACE);
    Files.setPosixFilePermissions(PLACE, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /**
   * Makes them and runs {@code inside} where they are seen. What {@code inside} starts keeps them;
   * when the last of it ends they are gone.
   */
  public <T> T in(Callable<T> inside) throws IOException, InterruptedException {
    try (var namespace = UserNamespace.of(ids.map(), ids.map())) {
      // A thread of its own: namespaces belong to threads, and this one ends with its namespace.
      var thread = Thread.ofPlatform().name("berth-mounts").daemon();
      return Beside.begin(
              thread,
              () -> {
                make(namespace);
                return inside.call();
              })
          .result();
    }
  }

  private void make(UserNamespace namespace) throws IOException, InterruptedException {
    Linux.unshareMounts();
    // What the host unmounts later shall go here too; what we mount shall not come to the host.
    Linux.mount("none", "/", "none", Linux.MS_REC | Linux.MS_SLAVE, "");

    var trees = new ArrayList<Tree>();
    try {
      // All of the host's folders are opened before PLACE is covered: one may lie below it.
      for (int i = 0; i < layers.size(); i++) {
        trees.add(open(layers.get(i), PLACE.resolve("l/" + i), namespace.fd(), true));
      }
      for (int i = 0; i < ground.size(); i++) {
        trees.add(open(ground.get(i), PLACE.resolve("g/" + i), namespace.fd(), true));
      }
      trees.add(open(workspace, PLACE.resolve("ws"), namespace.fd(), false));
      trees.add(open(supervisor, SUPERVISOR, namespace.fd(), true));
      if (editor.isPresent()) {
        trees.add(open(editor.get(), EDITOR, namespace.fd(), true));
      }
      for (int i = 0; i < sources.size(); i++) trees.add(open(sources.get(i), source(i)));

      // Only what every bind of it has too: in the container's namespace flags cannot be dropped.
      Linux.mount("none", PLACE.toString(), "tmpfs", Linux.MS_NOSUID, TMPFS);
      for (var tree : trees) tree.attach();
    } finally {
      trees.forEach(Tree::close);
    }
    makeRoot();
    if (!ground.isEmpty()) makeFiles();
    makeDevices();
  }

  private static Tree open(Path path, Path target, int userns, boolean readOnly)
      throws IOException {
    long attributes =
        Linux.MOUNT_ATTR_IDMAP | (readOnly ? Linux.MOUNT_ATTR_RDONLY : 0) | Linux.MOUNT_ATTR_NODEV;
    return Tree.open(path, target, attributes, userns);
  }

  private Tree open(Path source, Path target) throws IOException, InterruptedException {
    // It was looked at when it was opened; whoever owns a folder on the way may have put a link
    // there.
    try (var folder = Linux.openWithoutLinks(source)) {
      var open = Path.of("/proc/self/fd", Integer.toString(folder.fd()));
      int owner = (int) Files.getAttribute(open, "unix:uid");
      int group = (int) Files.getAttribute(open, "unix:gid");
      return open(folder, owner, group, target);
    }
  }

  private Tree open(Linux.Descriptor source, int owner, int group, Path target)
      throws IOException, InterruptedException {
    try (var namespace = UserNamespace.of(ids.mapOf(owner, user), ids.mapOf(group, user))) {
      long attributes =
          Linux.MOUNT_ATTR_IDMAP
              | Linux.MOUNT_ATTR_RDONLY
              | Linux.MOUNT_ATTR_NODEV
              | Linux.MOUNT_ATTR_NOSUID;
      return Tree.of(Linux.cloneTree(source), target, attributes, namespace.fd());
    }
  }

  /** By mount(2), whose page holds 127 layers at such short paths and which every kernel has. */
  private void makeRoot() throws IOException, InterruptedException {
    var lower =
        Stream.concat(
            ground("upper"), IntStream.range(0, layers.size()).mapToObj(i -> PLACE + "/l/" + i));
    // As in every container, a folder of the image is renamed by copying it.
    overlay(ROOT, lower, "upper", "work", "redirect_dir=follow");
  }

  /** Nobody shall notice that these files are shared, so their folders can be renamed too. */
  private void makeFiles() throws IOException, InterruptedException {
    overlay(FILES, ground("files"), "files", "files-work", "redirect_dir=on");
  }

  private Stream<String> ground(String part) {
    return IntStream.range(0, ground.size()).mapToObj(i -> PLACE + "/g/" + i + "/" + part);
  }

  /** What the kernel was told to do by itself must not change what lies on the disk. */
  private static void overlay(
      Path at, Stream<String> lower, String upper, String work, String redirect)
      throws IOException, InterruptedException {
    Files.createDirectory(at);
    var options =
        "index=off,metacopy=off,%s,lowerdir=%s,upperdir=%s/ws/%s,workdir=%s/ws/%s"
            .formatted(redirect, lower.collect(Collectors.joining(":")), PLACE, upper, PLACE, work);
    for (int tries = 0; ; tries++) {
      try {
        Linux.mount("berth", at.toString(), "overlay", Linux.MS_NODEV, options);
        return;
      } catch (LinuxException e) {
        if (e.errno() != EBUSY || tries == BUSY_TRIES) throw e;
        Thread.sleep(50);
      }
    }
  }

  private static final int EBUSY = 16;

  private static void makeDevices() throws IOException {
    Files.createDirectory(DEVICES);
    for (var device : Device.values()) {
      var path = DEVICES.resolve(device.name);
      Linux.characterDevice(path, device.major, device.minor);
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw-rw-"));
    }
  }

  /** A device that the host may keep to root, and which is harmless in a user namespace. */
  public enum Device {
    FUSE("fuse", "/dev/fuse", 10, 229),
    TUN("tun", "/dev/net/tun", 10, 200);

    private final String name;
    private final String inside;
    private final int major;
    private final int minor;

    Device(String name, String inside, int major, int minor) {
      this.name = name;
      this.inside = inside;
      this.major = major;
      this.minor = minor;
    }

    /** Where it is seen by the host's side. */
    public Path path() {
      return DEVICES.resolve(name);
    }

    /** Where it belongs inside. */
    public String inside() {
      return inside;
    }

    public int major() {
      return major;
    }

    public int minor() {
      return minor;
    }
  }

  private record Tree(Linux.Descriptor descriptor, Path target) {
    static Tree open(Path path, Path target, long attributes, int userns) throws IOException {
      return of(Linux.cloneTree(path), target, attributes, userns);
    }

    static Tree of(Linux.Descriptor descriptor, Path target, long attributes, int userns)
        throws IOException {
      try {
        Linux.setAttributes(descriptor, attributes, userns);
        return new Tree(descriptor, target);
      } catch (IOException e) {
        descriptor.close();
        throw e;
      }
    }

    void attach() throws IOException {
      Files.createDirectories(target);
      Linux.attach(descriptor, target.toString());
    }

    void close() {
      descriptor.close();
    }
  }
}
