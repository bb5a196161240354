package dev.berth.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.base.Problem;
import dev.berth.base.http.FreePorts;
import dev.berth.base.json.Json;
import dev.berth.base.process.Command;
import dev.berth.base.process.Command.Outcome;
import dev.berth.protocol.WorkspaceId;
import dev.berth.runtime.runc.RuncDriver;
import dev.berth.runtime.runc.RuncOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * A Berth of its own: a home in a temporary folder and the real program as processes. {@link
 * #close} takes it down and sees that nothing is left of it.
 */
final class Installation implements AutoCloseable {
  /** The first start of a run makes the default image, which takes a minute or two. */
  private static final Duration FIRST_START = Duration.ofMinutes(5);

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Path home;
  private final int port;
  private Optional<Process> server = Optional.empty();

  /** What a running server tells of itself in its home. */
  record Server(long pid, String api, String dashboard, int gatewayPort, String version) {}

  private record Container(String id, long pid, String status) {}

  private Installation(Path home, int port) {
    this.home = home;
    this.port = port;
  }

  /**
   * One that does not run yet; {@code settings} are lines of its berth.yaml. It serves no SSH
   * unless they say so.
   */
  static Installation create(String... settings) throws IOException {
    return configured("editor: {none: true}", settings);
  }

  /** The same with the browser editor, which all runs of tests on this machine share. */
  static Installation withEditor(String... settings) throws IOException {
    return configured("editor: {cache: %s}".formatted(editors()), settings);
  }

  /** The same with a registry of extensions other than the usual one. */
  static Installation withRegistry(String gallery, String... settings) throws IOException {
    return configured(
        "editor: {cache: %s, gallery: \"%s\"}".formatted(editors(), gallery), settings);
  }

  /**
   * One that asks a registry by plain HTTP, and whose pulled and built images are its own: what it
   * is to build was not built by an earlier run.
   */
  static Installation withInsecureRegistry(String host, String... settings) throws IOException {
    var installation =
        configured(
            "  insecureRegistries: [\"%s\"]\neditor: {none: true}".formatted(host), settings);
    installation.keepImagesApart();
    return installation;
  }

  private void keepImagesApart() throws IOException {
    var local = Files.createDirectories(images().resolve("local"));
    var own = Files.createDirectory(home.resolve("images"));
    Files.createSymbolicLink(own.resolve("local"), local);
    var file = home.resolve("berth.yaml");
    Files.writeString(
        file, Files.readString(file).replace("folder: " + images(), "folder: " + own));
  }

  private static String editors() {
    return Optional.ofNullable(System.getenv("BERTH_EDITORS")).orElse("/var/tmp/berth-editors");
  }

  private static Installation configured(String editor, String... settings) throws IOException {
    var home = Files.createTempDirectory(Path.of("/var/tmp"), "berth-e2e-");
    // The usual port is one for all of this machine, and the keys of each take two seconds to make.
    boolean ssh = Stream.of(settings).anyMatch(line -> line.startsWith("ssh:"));
    Files.writeString(
        home.resolve("berth.yaml"),
        imageSettings()
            + editor
            + (ssh ? "\n" : "\nssh: {port: 0}\n")
            + String.join("\n", settings)
            + "\n");
    return new Installation(home, FreePorts.next());
  }

  /** What a berth.yaml says for all that these tests start. */
  static String imageSettings() {
    return """
    images:
      folder: %s
      packages: [perl-base, procps, rsync]
    """
        .formatted(images());
  }

  /** One folder for all runs of tests on this machine, so that one image is made. */
  private static Path images() {
    var named = System.getenv("BERTH_IMAGES");
    return Path.of(named == null ? "/var/tmp/berth-images" : named).toAbsolutePath();
  }

  Path home() {
    return home;
  }

  int port() {
    return port;
  }

  /** Starts the server; the link that logs a browser in. */
  String up() throws Exception {
    var process =
        builder(Program.command("up", "--port", "" + port))
            .redirectError(ProcessBuilder.Redirect.appendTo(log().toFile()))
            .start();
    server = Optional.of(process);
    var line = new CompletableFuture<Optional<String>>();
    Thread.ofVirtual().start(() -> line.complete(firstLine(process.inputReader())));
    try {
      var link = line.get(FIRST_START.toSeconds(), TimeUnit.SECONDS);
      return link.orElseThrow(() -> new AssertionError("no link; the server said:\n" + said()));
    } catch (TimeoutException e) {
      process.destroyForcibly();
      throw new AssertionError("no link in time; the server said:\n" + said(), e);
    }
  }

  private static Optional<String> firstLine(BufferedReader reader) {
    try {
      return Optional.ofNullable(reader.readLine());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** What its servers said on their standard errors. */
  String said() {
    try {
      return Files.readString(log());
    } catch (IOException e) {
      return "nothing";
    }
  }

  private Path log() {
    return home.resolve("up.log");
  }

  /** The server's process. */
  Process process() {
    return server.orElseThrow();
  }

  /** Ctrl-C, as a service manager sends it; the server's exit code. */
  int terminate() throws InterruptedException {
    var process = process();
    process.destroy();
    assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  /** The server ends at once, wherever it is. */
  void kill() throws InterruptedException {
    process().destroyForcibly().waitFor();
  }

  /** Runs the command. */
  Outcome berth(String... arguments) throws IOException, InterruptedException {
    return command(arguments).run();
  }

  /** The command, to be run in another way. */
  Command command(String... arguments) throws IOException, InterruptedException {
    return Command.of(Program.command(arguments))
        .with("BERTH_HOME", home.toString())
        .within(Duration.ofMinutes(2))
        .printing(64 << 20);
  }

  /** The command as a user who may do nothing here, with {@code home} as BERTH_HOME. */
  Command asNobody(Path home, String... arguments) throws IOException, InterruptedException {
    var argv = new ArrayList<>(List.of("setpriv", "--reuid=65534", "--clear-groups"));
    argv.addAll(Program.command(arguments));
    return Command.of(argv).with("BERTH_HOME", home.toString());
  }

  private ProcessBuilder builder(List<String> command) {
    var builder = new ProcessBuilder(command);
    builder.environment().put("BERTH_HOME", home.toString());
    return builder;
  }

  /** Its HTTP API, as the command line uses it. */
  Api api() throws IOException {
    var told = Json.read(Files.readAllBytes(home.resolve("server.json")), Server.class);
    return new Api(told, Files.readString(home.resolve("token")));
  }

  /** The number of the workspace's first process, as this machine counts; empty where none runs. */
  Optional<Long> firstProcess(WorkspaceId workspace) throws InterruptedException {
    return containers().stream()
        .filter(container -> container.id().contains(workspace.value()))
        .filter(container -> container.status().equals("running"))
        .map(Container::pid)
        .findFirst();
  }

  private List<Container> containers() throws InterruptedException {
    var runc = home.resolve("instances/runc").toString();
    // It fails where a container goes while it lists them.
    var text =
        await()
            .ignoreException(Problem.Unavailable.class)
            .until(
                () -> Command.of("runc", "--root", runc, "list", "-f", "json").orProblem("See it."),
                Objects::nonNull)
            .text();
    return text.equals("null") ? List.of() : List.of(Json.read(text, Container[].class));
  }

  /** The folder on this machine that holds all of a workspace. */
  Path folder(WorkspaceId workspace) {
    return home.resolve("instances/workspaces").resolve(workspace.value());
  }

  @Override
  public void close() throws IOException {
    try {
      end();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while Berth was taken down", e);
    }
  }

  private void end() throws IOException, InterruptedException {
    if (server.isPresent()) {
      var down = berth("down");
      assertThat(down.exitCode()).as("down: %s\n%s", down.errors(), said()).isZero();
      await().atMost(PATIENCE).until(() -> !process().isAlive());
      assertThat(containers()).isEmpty();
    }
    for (var driver : List.of("instances", "builds/instances")) {
      if (Files.exists(home.resolve(driver).resolve("network.json")))
        dismantle(home.resolve(driver));
    }
    // What a server called for may still be at its last words.
    await().untilAsserted(this::nothing_is_left);
    Command.of("rm", "-rf", "--one-file-system", home.toString()).orProblem("See it.");
  }

  private static void dismantle(Path state) throws InterruptedException {
    try (var driver =
        RuncDriver.open(
            new RuncOptions(
                state,
                Program.supervisor(),
                (reference, _) -> {
                  throw new IllegalStateException(reference);
                },
                "default"))) {
      driver.dismantle();
    }
  }

  private void nothing_is_left() throws IOException, InterruptedException {
    assertThat(Files.readString(Path.of("/proc/self/mounts"))).doesNotContain(home.toString());
    for (var process : ProcessHandle.allProcesses().toList()) {
      assertThat(environment(process.pid())).doesNotContain("BERTH_HOME=" + home + "\0");
    }
  }

  private static String environment(long process) {
    try {
      return Files.readString(Path.of("/proc", "" + process, "environ"));
    } catch (IOException e) {
      return ""; // it has ended
    }
  }

  /** The links of its containers and its bridge, which share a tag in their names. */
  List<String> links() throws IOException, InterruptedException {
    var subnet = Json.read(Files.readAllBytes(home.resolve("instances/network.json")), Net.class);
    var route =
        Command.of("ip", "-o", "route", "show", subnet.subnet()).orProblem("See it.").text();
    var tag = route.replaceFirst("(?s).* dev berth-([0-9a-f]{6}).*", "$1");
    try (Stream<Path> links = Files.list(Path.of("/sys/class/net"))) {
      return links.map(link -> link.getFileName().toString()).filter(n -> n.contains(tag)).toList();
    }
  }

  private record Net(String subnet) {}

  /**
   * Hands the tests of a class one that runs, opens it for the first and closes it after the last.
   */
  static final class OfItsClass implements ParameterResolver {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == Installation.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      var ofClass = context;
      while (ofClass.getTestMethod().isPresent()) ofClass = ofClass.getParent().orElseThrow();
      return ofClass
          .getStore(Namespace.create(Installation.class))
          .computeIfAbsent(
              "installation",
              _ -> {
                try {
                  var berth = create();
                  berth.up();
                  return berth;
                } catch (Exception e) {
                  throw new IllegalStateException("the installation did not start", e);
                }
              },
              Installation.class);
    }
  }
}
