package dev.berth.cli;

import dev.berth.base.Problem;
import dev.berth.protocol.WorkspaceId;
import dev.berth.runtime.Driver;
import dev.berth.runtime.InstanceSpec;
import dev.berth.runtime.Observation;
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
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The run that the JVM's cache of classes is trained on: a control plane and a gateway on loopback,
 * asked what a browser and the command line ask first, over a driver that runs nothing. Its only
 * product is the cache that the launcher has the JVM write at its end.
 */
final class Warmup {
  private static final int ROUNDS = 20;

  private Warmup() {}

  /** Runs it once in a folder of its own. */
  public static void main(String... arguments) throws Exception {
    var folder = Files.createTempDirectory("berth-warmup");
    try {
      var home = new Home(folder);
      home.create();
      var configuration =
          Configuration.read(
              home.configuration(),
              Map.of("BERTH_SSH_PORT", Integer.toString(freePort())),
              Optional.of(freePort()));
      try (var installation =
          Installation.open(
              home,
              configuration,
              new Nowhere(),
              Installation.openDatabase(home, configuration),
              new ArrayDeque<>(),
              words -> System.err.println(words))) {
        ask(home, configuration, installation.loginLink());
      }
      Class.forName("dev.berth.runtime.runc.RuncDriver"); // what a warm-up must not open
      Berth.run("--help");
      Berth.run("version", "--json");
    } finally {
      remove(folder);
    }
    System.exit(0); // whatever still waits in the background is not waited for
  }

  private static void ask(Home home, Configuration configuration, String link)
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
        api.open("https://localhost.invalid/no/such");
      } catch (Problem expected) {
        System.err.println(expected.what());
      }
    }
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static void remove(Path folder) throws IOException {
    try (var all = Files.walk(folder)) {
      for (var file : all.sorted(Comparator.reverseOrder()).toList()) Files.deleteIfExists(file);
    }
  }

  /** A driver on no host: every workspace is absent. */
  private static final class Nowhere implements Driver {
    @Override
    public void start(InstanceSpec spec) {}

    @Override
    public void stop(WorkspaceId workspace, Instant killAfter) {}

    @Override
    public Observation observe(WorkspaceId workspace) {
      return new Observation.Absent();
    }

    @Override
    public boolean delete(WorkspaceId workspace) {
      return true;
    }

    @Override
    public Set<WorkspaceId> present() {
      return Set.of();
    }

    @Override
    public String log(WorkspaceId workspace) {
      return "";
    }

    @Override
    public void close() {}
  }
}
