package dev.berth.runtime.runc;

import dev.berth.base.Problem;
import dev.berth.base.json.Json;
import dev.berth.base.process.Beside;
import dev.berth.protocol.Notice;
import dev.berth.protocol.WorkspaceId;
import dev.berth.protocol.editor.Editor;
import dev.berth.protocol.inside.BootPlan;
import dev.berth.protocol.inside.Outlet;
import dev.berth.runtime.InstanceImage;
import dev.berth.runtime.InstanceSpec;
import dev.berth.runtime.Seed;
import dev.berth.runtime.runc.bundle.Bundle;
import dev.berth.runtime.runc.bundle.FirstProcess;
import dev.berth.runtime.runc.mount.IdRange;
import dev.berth.runtime.runc.mount.PrivateMounts;
import dev.berth.runtime.runc.network.InstanceNetwork;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One start of an instance, from its spec to its running first process. */
final class Launch {
  private static final Logger LOG = LoggerFactory.getLogger(Launch.class);

  /** runc takes a tenth of a second; this is for a machine that swaps. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** How often we look whether the container runs; a look reads one small file. */
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(2);

  private static final String MONITOR = resource("monitor.sh");

  private final Host host;
  private final InstanceSpec spec;
  private final Steps steps;
  private final WorkspaceId workspace;
  private final WorkspaceFolder folder;
  private final List<Notice> notices = new ArrayList<>();

  Launch(Host host, InstanceSpec spec, Steps steps) {
    this.host = host;
    this.spec = spec;
    this.steps = steps;
    this.workspace = spec.workspace();
    this.folder = host.folder(workspace);
  }

  /** Blocks until the supervisor runs; leaves what it made to be cleared where it fails. */
  void run() throws IOException, InterruptedException {
    // Both wait for programs: the bridge's rules are set while the mounts are made.
    var network = Beside.begin(Thread.ofVirtual(), this::network);

    steps.begin("image");
    var image = image();

    steps.begin("files");
    new Disk(host.root()).mustHold(0);
    int number = host.frozen().inTurn(workspace, this::begin);
    var mounts = mounts(image, number);
    var monitor =
        mounts.in(() -> {
          steps.begin("network");
          network.result();
          steps.begin("container");
          folder.instance().write(steps.soFar());
          return noted(start(image, mounts, number));
        });
    waitFor(monitor);
  }

  /** Makes its folders, and the plan, from which on its files are not made a layer. */
  private int begin() throws IOException, InterruptedException {
    host.frozen().settle(folder);
    lay();
    folder.make();
    folder.console().clear();
    int number = host.numbers().of(workspace, host.network().capacity());
    folder
        .instance()
        .make(
            new InstanceFolder.Plan(
                spec.boot().instance(), number, spec.size().memoryBytes(), host.boot()));
    return number;
  }

  /** As it was saved last where that was on another machine, or else as its seed. */
  private void lay() throws IOException, InterruptedException {
    var owner = spec.boot().owner().id();
    if (host.frozen().layAsSaved(folder, workspace, owner, steps::detail)) return;
    if (spec.seed().isPresent()) lay(spec.seed().get());
  }

  private void lay(Seed seed) throws IOException, InterruptedException {
    try {
      host.frozen().lay(folder, seed, spec.boot().owner().id(), steps::detail);
    } catch (Problem.Missing gone) {
      if (!seed.dispensable()) throw gone;
      LOG.info("{} begins with a clone: {}", workspace, gone.what());
      notices.add(
          Notice.information(
              "The prebuild %s was deleted before this workspace was first started, so it began with a clone and all of its tasks."
                  .formatted(seed.workspace())));
    }
  }

  private RootFilesystem image() throws IOException, InterruptedException {
    return image(spec.image());
  }

  private RootFilesystem image(InstanceImage image) throws IOException, InterruptedException {
    return switch (image) {
      case InstanceImage.Default _ -> fetch(host.options().defaultImage());
      case InstanceImage.Reference(var reference) -> fetch(reference);
      case InstanceImage.Dockerfile dockerfile -> build(dockerfile);
      case InstanceImage.Featured featured -> install(featured, image(featured.base()));
    };
  }

  private RootFilesystem fetch(String reference) throws InterruptedException {
    return host.options().images().fetch(reference, steps::detail);
  }

  private RootFilesystem build(InstanceImage.Dockerfile dockerfile)
      throws IOException, InterruptedException {
    // What a build prints stands where the instance's own words will. Its files are not made yet:
    // they may be made from another's.
    folder.console().make();
    folder.console().clear();
    var owner = spec.boot().owner().id();
    var order = new ImageBuilds.Order(dockerfile, owner, spec.size(), spec.sources());
    return switch (host.options().builds().build(order, progress())) {
      case ImageBuilds.Outcome.Built(var image) -> image;
      case ImageBuilds.Outcome.Unable(var why) -> {
        notices.add(
            Notice.warning(
                "The image of %s is not built on this machine, and the default image is used instead: %s"
                    .formatted(dockerfile.path(), why)));
        yield fetch(host.options().defaultImage());
      }
    };
  }

  private RootFilesystem install(InstanceImage.Featured featured, RootFilesystem base)
      throws IOException, InterruptedException {
    folder.console().make();
    var installation = new ImageBuilds.Installation(featured, base, spec.size(), spec.sources());
    return switch (host.options().builds().install(installation, progress())) {
      case ImageBuilds.Outcome.Built(var image) -> image;
      case ImageBuilds.Outcome.Unable(var why) -> {
        notices.add(Notice.warning("No features are installed on this machine: " + why));
        yield base;
      }
    };
  }

  private ImageBuilds.Progress progress() {
    return new ImageBuilds.Progress() {
      @Override
      public void detail(String words) {
        steps.detail(words);
      }

      @Override
      public void log(String end) {
        try {
          folder.console().show(end);
        } catch (IOException e) {
          LOG.warn("The log of the build for {} cannot be kept.", workspace, e);
        }
      }
    };
  }

  private InstanceNetwork network() throws IOException, InterruptedException {
    host.network().ensure();
    return host.network();
  }

  private PrivateMounts mounts(RootFilesystem image, int number) throws IOException {
    var stack = Ground.stack(folder.path());
    var ground = stack.subList(1, stack.size());
    for (var layer : ground) {
      if (Files.exists(layer)) continue;
      throw new Problem.Unavailable(
          "A part of the workspace's files is gone from this machine: %s.".formatted(layer),
          "Open its newest saved moment: berth fork %s with a point of berth points %s."
              .formatted(workspace, workspace));
    }
    return new PrivateMounts(
        host.ids(number),
        image.layers(),
        ground,
        folder.path(),
        host.options().supervisor(),
        spec.editor(),
        spec.sources(),
        WorkspaceFolder.USER);
  }

  /** Writes the small files and starts the container, where its mounts are seen. */
  private Process start(RootFilesystem image, PrivateMounts mounts, int number) throws IOException {
    var ids = host.ids(number);
    var binds = new ArrayList<Bundle.Bind>();
    binds.add(new Bundle.Bind(PrivateMounts.SUPERVISOR, "/.supervisor", true, false));
    if (spec.editor().isPresent()) {
      binds.add(new Bundle.Bind(PrivateMounts.EDITOR, Editor.TREE.toString(), true, false));
    }
    binds.add(new Bundle.Bind(mounts.files(), "/workspace", false, false));
    binds.add(new Bundle.Bind(bootFolder(image, ids), "/.berth", true, false));
    binds.add(small("hosts", hosts(number), ids));
    binds.add(small("hostname", workspace + "\n", ids));
    binds.add(small("resolv.conf", host.network().resolvConf(), ids));
    for (int i = 0; i < spec.sources().size(); i++) {
      var inside = spec.sources().get(i).toString();
      binds.add(new Bundle.Bind(PrivateMounts.source(i), inside, true, false));
    }
    for (var device : PrivateMounts.Device.values()) {
      binds.add(new Bundle.Bind(device.path(), device.inside(), false, true));
    }

    var hook = PrivateMounts.SMALL.resolve("hook.sh");
    Files.writeString(hook, hook(number));
    folder.instance().writeBundle(bundle(ids, binds, hook));
    return new ProcessBuilder(
            "setsid",
            "sh",
            "-c",
            MONITOR,
            "berth-monitor",
            folder.instance().path().toString(),
            folder.console().folder().toString(),
            host.options().runtime(),
            host.runcState().toString(),
            workspace.value())
        .directory(Path.of("/").toFile())
        .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  /**
   * Waits until the monitor wrote down who it is: who breaks this start off from then on finds it
   * and can end it before it makes a container that nobody knows of.
   */
  private Process noted(Process monitor) throws IOException, InterruptedException {
    while (monitor.isAlive() && folder.instance().monitor().isEmpty()) Thread.sleep(BETWEEN_LOOKS);
    return monitor;
  }

  private byte[] bundle(IdRange ids, List<Bundle.Bind> binds, Path hook) throws IOException {
    var size = spec.size();
    var devices =
        Arrays.stream(PrivateMounts.Device.values())
            .map(device -> new Bundle.Device(device.major(), device.minor()))
            .toList();
    return new Bundle(
            workspace.value(),
            host.cgroup(workspace),
            PrivateMounts.ROOT,
            ids.base(),
            new Bundle.Limits(size.cpuMillis(), size.memoryBytes(), size.processes()),
            binds,
            spec.inMemory(),
            devices,
            hook,
            Files.readAllLines(Path.of("/proc/swaps")).size() > 1)
        .config(FirstProcess.of(host.options().supervisor()));
  }

  /** Notes the birth of the container's first process, and links its network. */
  private String hook(int number) {
    return """
    set -e
    state=$(cat)
    pid=${state#*\\"pid\\":}
    pid=${pid# }
    pid=${pid%%%%[!0-9]*}
    read -r stat < /proc/$pid/stat
    echo "$stat" > %1$s/birth.new
    mv %1$s/birth.new %1$s/birth
    """
            .formatted(quoted(folder.instance().path()))
        + host.network().linkScript(number, outlet());
  }

  private static String quoted(Path path) {
    return "'" + path.toString().replace("'", "'\\''") + "'";
  }

  /** The boot plan holds a token: for the inside's root only, in memory only. */
  private Path bootFolder(RootFilesystem image, IdRange ids) throws IOException {
    var boot = PrivateMounts.SMALL.resolve("boot");
    Files.createDirectory(boot);
    Files.setPosixFilePermissions(boot, PosixFilePermissions.fromString("r-x------"));
    var file = boot.resolve(Path.of(BootPlan.PATH).getFileName());
    Files.write(file, Json.bytes(withEnv(spec.boot(), image)));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--------"));
    WorkspaceFolder.own(file, ids.host(0));
    WorkspaceFolder.own(boot, ids.host(0));
    return boot;
  }

  /** The image's variables, where the plan does not set them, and what is to be said of it. */
  private BootPlan withEnv(BootPlan said, RootFilesystem image) {
    var plan = spec.label().with(said, image.metadata(), image.user());
    var env = new HashMap<>(image.env());
    env.putAll(plan.env());
    var more = new ArrayList<>(plan.notices());
    more.addAll(notices);
    return plan.with(env, more);
  }

  private static Bundle.Bind small(String name, String text, IdRange ids) throws IOException {
    var file = PrivateMounts.SMALL.resolve(name);
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    WorkspaceFolder.own(file, ids.host(0));
    return new Bundle.Bind(file, "/etc/" + name, false, false);
  }

  private String hosts(int number) {
    var hosts =
        """
        127.0.0.1 localhost
        ::1 localhost ip6-localhost ip6-loopback
        %s %s
        """
            .formatted(host.network().address(number), workspace);
    return gallery()
        .map(gallery -> hosts + Outlet.ADDRESS + " " + gallery.getHost() + "\n")
        .orElse(hosts);
  }

  private Optional<URI> gallery() {
    return spec.boot().editor().gallery().map(URI::create);
  }

  /** Where programs inside look for the registry of extensions; it is plain HTTP there. */
  private OptionalInt outlet() {
    return gallery().stream().mapToInt(at -> at.getPort() < 0 ? 80 : at.getPort()).findFirst();
  }

  private void waitFor(Process monitor) throws IOException, InterruptedException {
    long patience = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      boolean ended = !monitor.isAlive(); // before the look: what it wrote last is seen then
      if (folder.instance().first().isPresent()) return;
      if (ended) throw refused();
      if (System.nanoTime() > patience) {
        throw new Problem.Unavailable(
            "%s did not start the container within %d s."
                .formatted(host.options().runtime(), PATIENCE.toSeconds()),
            "Start the workspace again; if it happens again, look at the machine's load and log.");
      }
      Thread.sleep(BETWEEN_LOOKS);
    }
  }

  private Problem refused() throws IOException {
    return refused(folder);
  }

  /** What runc said when it could not start a container, in its log or by printing it. */
  static Problem refused(WorkspaceFolder folder) throws IOException {
    var refusal = folder.instance().refusal();
    var said =
        (refusal.isPresent() ? refusal : folder.console().lastLine()).orElse("it gave no reason");
    if (said.contains("no space left on device")) {
      return new Problem.Unavailable(
          "The container could not be started: the disk or a limit of the machine is full (%s)."
              .formatted(said),
          "Delete workspaces that nobody needs for good (berth delete --now), or"
              + " give the machine a larger disk.");
    }
    return new Problem.Unavailable(
        "The container could not be started: %s.".formatted(said),
        "Try another image; if none starts, look at what `berth up` prints on the machine.");
  }

  private static String resource(String name) {
    try (var stream = Launch.class.getResourceAsStream(name)) {
      if (stream == null) throw new IllegalStateException(name + " is not beside this class");
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException(name + " cannot be read", e);
    }
  }
}
