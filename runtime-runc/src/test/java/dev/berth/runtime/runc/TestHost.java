package dev.berth.runtime.runc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.base.Problem;
import dev.berth.base.process.Command;
import dev.berth.protocol.InstanceId;
import dev.berth.protocol.ToldNotices;
import dev.berth.protocol.UserId;
import dev.berth.protocol.WorkspaceId;
import dev.berth.protocol.inside.BootPlan;
import dev.berth.protocol.inside.ContentPlan;
import dev.berth.protocol.inside.EditorPlan;
import dev.berth.protocol.inside.GitAuthor;
import dev.berth.protocol.inside.OwnerPlan;
import dev.berth.protocol.inside.SizePlan;
import dev.berth.runtime.InstanceImage;
import dev.berth.runtime.InstanceSpec;
import dev.berth.runtime.Seed;
import dev.berth.runtime.WorkspaceSize;
import dev.berth.runtime.runc.network.NetworkOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** A state folder, an image and a supervisor, both of busybox; removed at the end with all else. */
final class TestHost implements ImageStore {
  private static final Path BUSYBOX = Path.of("/bin/busybox");

  static final String TOKEN = "token-that-nobody-else-may-see";
  static final long MEMORY_BYTES = 128L << 20;
  static final int PROCESSES = 64;

  /** An image for which no memory suffices. */
  static final String HUGE = "test/huge";

  private final Path folder;

  private TestHost(Path folder) {
    this.folder = folder;
  }

  /** Makes one; says what is missing where this machine cannot run the tests. */
  static TestHost make() throws IOException, InterruptedException {
    assertThat((int) Files.getAttribute(Path.of("/proc/self"), "unix:uid"))
        .as("the runc driver's tests make containers, so run them as root")
        .isZero();
    assertThat(BUSYBOX).as("apt-get install busybox-static").exists();
    // Not below /tmp, which may be a tmpfs: overlayfs with idmapped layers wants a disk's.
    var host = new TestHost(Files.createTempDirectory(Path.of("/var/tmp"), "berth-runc-test"));
    host.makeImage();
    host.makeSupervisor();
    return host;
  }

  /** One that another process made. */
  static TestHost at(Path folder) {
    return new TestHost(folder);
  }

  RuncOptions options() {
    return options(NetworkOptions.DEFAULT);
  }

  RuncOptions options(NetworkOptions network) {
    return options(network, Seeds.NONE, "runc");
  }

  /** With another program that makes containers. */
  RuncOptions options(String runtime) {
    return options(NetworkOptions.DEFAULT, Seeds.NONE, runtime);
  }

  /** With points that workspaces may begin as. */
  RuncOptions options(Seeds seeds) {
    return options(NetworkOptions.DEFAULT, seeds, "runc");
  }

  private RuncOptions options(NetworkOptions network, Seeds seeds, String runtime) {
    return new RuncOptions(
        root(),
        folder.resolve("supervisor"),
        this,
        "test/busybox",
        network,
        seeds,
        runtime,
        ImageBuilds.NONE,
        RuncOptions.WORKSPACES_IDS);
  }

  Path root() {
    return folder.resolve("state");
  }

  Path folder() {
    return folder;
  }

  @Override
  public RootFilesystem fetch(String reference, Consumer<String> progress) {
    if (reference.equals(HUGE)) throw new OutOfMemoryError("so large is it");
    if (!reference.equals("test/busybox")) {
      throw new Problem.Missing("There is no image %s.".formatted(reference), "Name test/busybox.");
    }
    progress.accept("it is there");
    return new RootFilesystem(
        List.of(folder.resolve("image/upper"), folder.resolve("image/lower")),
        Map.of("IMAGE_SAYS", "hello"),
        Optional.empty());
  }

  /** Two layers: busybox below, a home above. */
  private void makeImage() throws IOException, InterruptedException {
    var lower = Files.createDirectories(folder.resolve("image/lower"));
    for (var name : List.of("bin", "etc", "home", "root", "tmp", "var")) {
      Files.createDirectories(lower.resolve(name));
    }
    Files.setPosixFilePermissions(
        lower.resolve("tmp"), PosixFilePermissions.fromString("rwxrwxrwx"));
    Files.copy(BUSYBOX, lower.resolve("bin/busybox"));
    for (var applet : Command.of(BUSYBOX.toString(), "--list").run().text().lines().toList()) {
      var link = lower.resolve("bin").resolve(applet);
      if (!Files.exists(link)) Files.createSymbolicLink(link, Path.of("busybox"));
    }
    Files.writeString(
        lower.resolve("etc/passwd"),
        """
        root:x:0:0:root:/root:/bin/sh
        gitpod:x:33333:33333::/home/gitpod:/bin/sh
        """);
    Files.writeString(lower.resolve("etc/group"), "root:x:0:\ngitpod:x:33333:\n");

    var upper = Files.createDirectories(folder.resolve("image/upper"));
    var home = Files.createDirectories(upper.resolve("home/gitpod"));
    WorkspaceFolder.own(home, WorkspaceFolder.USER);
  }

  /** A supervisor that does what the boot plan's variable DO says, and then waits for SIGTERM. */
  private void makeSupervisor() throws IOException {
    var bin = Files.createDirectories(folder.resolve("supervisor/bin"));
    Files.copy(BUSYBOX, bin.resolve("busybox"));
    var supervisor = bin.resolve("supervisor");
    Files.writeString(
        supervisor,
        """
        #!/.supervisor/bin/busybox sh
        do=$(sed -n 's/.*"DO":"\\([^"]*\\)".*/\\1/p' /.berth/boot.json)
        echo "supervisor starts: $do"
        case "$do" in
          exit) exit 3 ;;
          stubborn) trap '' TERM ;;
          deaf) trap 'trap "exit 0" TERM' TERM ;;
          flood) yes 'a line of a flood' ;;
          eat) exec dd if=/dev/zero of=/dev/null bs=512M ;;
          *) trap 'echo supervisor ends; exit 0' TERM ;;
        esac
        httpd -p 22999 -h /workspace
        while :; do sleep 1000 & wait; done
        """);
    Files.setPosixFilePermissions(supervisor, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.writeString(folder.resolve("supervisor/argv"), "/.supervisor/bin/supervisor\n");
    Files.writeString(folder.resolve("supervisor/env"), "PATH=/usr/bin:/bin\nHOME=/root\n");
  }

  /** What a shell inside says, as the inside's root, both outputs together. */
  String inside(WorkspaceId workspace, String script) throws IOException, InterruptedException {
    return inside(workspace, 0, script);
  }

  /** The same as the inside's user of that id. */
  String inside(WorkspaceId workspace, int user, String script)
      throws IOException, InterruptedException {
    var command = new ArrayList<String>();
    // The container's root file system is seen from its monitor's mount namespace only.
    command.addAll(List.of("nsenter", "--mount", "--target", monitor(workspace)));
    command.addAll(List.of("runc", "--root", root().resolve("runc").toString(), "exec"));
    command.addAll(List.of("--user", user + ":" + user, workspace.value()));
    command.addAll(List.of("/.supervisor/bin/busybox", "sh", "-c", script + " 2>&1"));
    var outcome = Command.of(command).within(Duration.ofSeconds(30)).run();
    return outcome.text() + outcome.errors();
  }

  /** For a shell: what the web server at that address answers; busybox's static wget crashes. */
  static String fetch(String host, int port, String page) {
    return fetch(20, host, port, page);
  }

  /** The same of who is not to be reached, where nobody is waited for longer than it takes. */
  static String fetchInVain(String host, int port, String page) {
    return fetch(2, host, port, page);
  }

  private static String fetch(int seconds, String host, int port, String page) {
    return "printf 'GET /%s HTTP/1.0\\r\\n\\r\\n' | nc -w %d %s %d"
        .formatted(page, seconds, host, port);
  }

  private String monitor(WorkspaceId workspace) throws IOException {
    var folder = new WorkspaceFolder(root().resolve("workspaces").resolve(workspace.value()));
    return Long.toString(folder.instance().monitor().orElseThrow().pid());
  }

  /** Everything with this installation's tag in its name that the kernel has: none at its end. */
  List<String> leftBehind() throws IOException, InterruptedException {
    var found = new ArrayList<String>();
    var tag = tag();
    for (var line : Command.of("ip", "-o", "link").run().text().lines().toList()) {
      if (line.contains("b" + tag + "-")) found.add(line);
    }
    for (var line : Files.readAllLines(Path.of("/proc/mounts"))) {
      if (line.contains(folder.toString()) || line.contains("/run/berth")) found.add(line);
    }
    var groups =
        Command.of("find", "/sys/fs/cgroup", "-path", "*/berth-" + tag + "/*", "-type", "d");
    groups.run().text().lines().forEach(found::add);
    found.addAll(containers());
    return found;
  }

  /** What runc keeps of each container that it was not told to delete. */
  List<String> containers() throws IOException {
    try (var states = Files.list(root().resolve("runc"))) {
      return states.map(Path::toString).toList();
    }
  }

  /** A spec with small limits, for the supervisor to do {@code what}; "" to wait for its end. */
  static InstanceSpec spec(WorkspaceId workspace, String what, List<Path> sources) {
    return spec(workspace, what, sources, Optional.empty());
  }

  static final UserId OWNER = new UserId("11111111-2222-4333-8444-555555555555");

  /** The same of one that begins as another. */
  static InstanceSpec spec(
      WorkspaceId workspace, String what, List<Path> sources, Optional<Seed> seed) {
    var plan =
        new BootPlan(
            workspace,
            InstanceId.create(),
            TOKEN,
            "http://%s.ws.berth.localhost".formatted(workspace),
            "http://berth.localhost",
            "https://example.org/a/b",
            new ContentPlan(
                "https://example.org/a/b",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                "b",
                Map.of()),
            List.of(),
            List.of(),
            Map.of("DO", what),
            new OwnerPlan(OWNER, new GitAuthor("", ""), Optional.empty()),
            new SizePlan("standard", 2000, 4L << 30),
            5,
            EditorPlan.PLAIN,
            ToldNotices.NONE,
            Optional.empty(),
            false,
            Optional.empty(),
            "");
    return new InstanceSpec(
        new InstanceImage.Default(),
        new WorkspaceSize(1000, MEMORY_BYTES, PROCESSES),
        plan,
        Optional.empty(),
        sources,
        seed);
  }

  private String tag() throws InterruptedException {
    var hash = Command.of("sha256sum").reading(root().toString()).run().text();
    return new String(
        hash.substring(0, 6).getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }

  /** Takes down what the driver made, removes the folder and sees that nothing else was left. */
  void end() throws IOException, InterruptedException {
    var left = leftBehind();
    try (var driver = RuncDriver.open(options())) {
      driver.dismantle();
    }
    Command.of("rm", "-rf", "--one-file-system", folder.toString()).orProblem("Remove it by hand.");
    assertThat(left).isEmpty();
  }
}
