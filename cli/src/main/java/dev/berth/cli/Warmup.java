package dev.berth.cli;

import dev.berth.base.Problem;
import dev.berth.base.json.Json;
import dev.berth.base.metrics.Metrics;
import dev.berth.base.process.Command;
import dev.berth.cli.api.Api;
import dev.berth.cli.line.ExitCode;
import dev.berth.cli.role.Installation;
import dev.berth.cli.settings.Configuration;
import dev.berth.cli.settings.Home;
import dev.berth.cli.workspace.Exec;
import dev.berth.node.Node;
import dev.berth.node.editor.Editors;
import dev.berth.protocol.Phase;
import dev.berth.protocol.api.EditorView;
import dev.berth.protocol.editor.Editor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The run that the JVM's cache of classes is trained on: an installation in a folder of its own
 * that starts a workspace, serves its page, runs a command in it and deletes it. What it needs of
 * the machine is installed first, and the default image made, as `up` would do next. Its only
 * product is the cache that the launcher has the JVM write at its end.
 */
final class Warmup {
  private static final int ROUNDS = 20;

  /** It is three files; without it the cache is a little smaller. */
  private static final Duration EDITOR_LONGEST = Duration.ofSeconds(20);

  private Warmup() {}

  /**
   * Runs it once; says on standard error what it installs and makes, and what keeps it from it.
   *
   * @param arguments what of: {@code machine}, as without, where the configuration wants none
   *     other; {@code cluster}, what runs on one; {@code content}, what runs beside each workspace
   *     there
   */
  public static void main(String... arguments) throws Exception {
    try {
      train(Stream.of(arguments).findFirst().orElse("machine"));
    } catch (Problem problem) {
      System.err.println("berth: " + problem.words());
      System.exit(ExitCode.of(problem));
    }
    System.exit(0); // whatever still waits in the background is not waited for
  }

  /** The user's. What is wrong with it is said by the command that comes next, and not here. */
  private static Configuration theirs() {
    try {
      return Configuration.read(Home.find().configuration(), System.getenv(), Optional.empty());
    } catch (Problem.Invalid problem) {
      System.exit(ExitCode.of(problem));
      throw problem; // which nobody gets to
    }
  }

  private static void train(String what) throws Exception {
    // Before there is a folder, as it may be the end of all.
    var theirs = what.equals("machine") ? Optional.of(theirs()) : Optional.<Configuration>empty();
    var folder = Files.createTempDirectory("berth-warmup");
    try {
      switch (what) {
        case "content" -> ClusterWarmup.trainContent(folder);
        case "cluster" -> ClusterWarmup.train(folder);
        default -> {
          if (theirs.flatMap(Configuration::cluster).isPresent()) ClusterWarmup.train(folder);
          else trainMachine(folder, theirs.orElseThrow());
        }
      }
      Berth.run("--help");
      Berth.run("version", "--json");
    } finally {
      Command.of("rm", "-rf", "--one-file-system", folder.toString()).run();
    }
  }

  private static void trainMachine(Path folder, Configuration theirs) throws Exception {
    var home = new Home(folder);
    var repository = repository(folder.resolve("repository"));
    configure(home, repository, theirs);
    var configuration =
        Configuration.read(
            home.configuration(),
            Map.of("BERTH_SSH_PORT", Integer.toString(freePort())),
            Optional.of(freePort()));
    makeEditor(configuration, home);
    var metrics = new Metrics();
    var node = Installation.nodeConfig(home, configuration, metrics);
    try (var opened = Node.open(node, line -> System.err.println(line))) {
      try (var installation =
          Installation.over(
              opened, home, configuration, metrics, line -> System.err.println(line))) {
        ask(home, configuration, installation.loginLink());
        work(home, "file://" + repository);
      }
      opened.dismantle();
    }
  }

  /** Images are the user's installation's, so that the default one is made but once. */
  private static void configure(Home home, Path repository, Configuration theirs)
      throws IOException, InterruptedException {
    var images =
        Map.of(
            "folder", theirs.images().orElseGet(Home.find()::images).toString(),
            "packages", theirs.packages());
    var git = Map.of("folders", List.of(repository.toString()));
    var editor = Map.of("archive", editor(repository.resolveSibling("editor")).toString());
    Files.write(
        home.configuration(), Json.bytes(Map.of("git", git, "images", images, "editor", editor)));
  }

  /** One that serves nothing: a real one would be made for minutes, and for nobody. */
  static Path editor(Path folder) throws IOException, InterruptedException {
    Files.createDirectories(folder.resolve("static"));
    Files.writeString(folder.resolve("static/script.js"), "");
    var editor =
        new Editor(
            "none",
            "1",
            List.of("sleep", "60"),
            Map.of(),
            "/",
            List.of("true"),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of(new Editor.Statics("/static/", "static")));
    Files.write(folder.resolve(Editor.FILE), Json.bytes(editor));
    var archive = folder.resolveSibling("editor.tar.gz");
    Command.of("tar", "-czf", archive.toString(), "-C", folder.toString(), ".")
        .orProblem("Look at what tar said.");
    return archive;
  }

  /** Before all else, so that the start finds it as each start does, and says nothing of it. */
  private static void makeEditor(Configuration configuration, Home home)
      throws InterruptedException {
    long end = System.nanoTime() + EDITOR_LONGEST.toNanos();
    try (var editors = Editors.open(configuration.editor(), home.editors(), _ -> {}, _ -> {})) {
      while (editors.state() instanceof EditorView.Preparing && System.nanoTime() < end) {
        Thread.sleep(20);
      }
    }
  }

  private static Path repository(Path folder) throws InterruptedException {
    var path = folder.toString();
    Command.of("git", "init", "--quiet", path).orProblem("Install git.");
    Command.of(
            "git",
            "-C",
            path,
            "-c",
            "user.name=berth",
            "-c",
            "user.email=berth@localhost",
            "commit",
            "--quiet",
            "--allow-empty",
            "--message",
            "First")
        .orProblem("Look at what git said.");
    return folder;
  }

  /** What follows needs a terminal's worth of patience only: a second or two. */
  private static void work(Home home, String url) throws InterruptedException {
    try (var api = Api.connect(home)) {
      var id = api.open(url, Optional.empty()).id();
      api.follow(id, _ -> {}, Warmup::settled);
      var door = api.token(id);
      Exec.run(api.server(), door, List.of("git", "status"));
      api.list();
      api.stop(id);
      api.follow(id, _ -> {}, Warmup::settled);
      api.start(id);
      api.follow(id, _ -> {}, Warmup::settled);
      api.deleteNow(id);
      api.follow(id, _ -> {}, _ -> false);
    }
  }

  static void ask(Home home, Configuration configuration, String link)
      throws IOException, InterruptedException {
    var dashboard = configuration.dashboard().getAuthority();
    var token = Files.readString(home.token());
    try (var api = Api.connect(home);
        var client = HttpClient.newHttpClient()) {
      for (int round = 0; round < ROUNDS; round++) {
        for (var path : List.of(URI.create(link).getPath(), "/", "/healthz", "/api/v1/me")) {
          var request =
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + configuration.port() + path))
                  .header("Host", dashboard)
                  .header("Authorization", "Bearer " + token)
                  .timeout(Duration.ofSeconds(10))
                  .build();
          client.send(request, HttpResponse.BodyHandlers.ofByteArray());
        }
        api.list();
        api.loginLink();
      }
      try {
        api.open("https://localhost.invalid/no/such", Optional.empty());
      } catch (Problem expected) {
        System.out.println(expected.what());
      }
    }
  }

  private static boolean settled(Phase phase) {
    return switch (phase) {
      case Phase.Running _, Phase.Stopped _, Phase.Failed _ -> true;
      case Phase.Pending _, Phase.Starting _, Phase.Stopping _ -> false;
    };
  }

  static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
