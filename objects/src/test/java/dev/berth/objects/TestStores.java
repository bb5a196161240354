package dev.berth.objects;

import dev.berth.base.process.Command;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;

/** What the servers of the tests' stores have in common. */
final class TestStores {
  /** A registry that is slow. */
  private static final Duration FETCH = Duration.ofMinutes(5);

  private static final Duration START = Duration.ofSeconds(60);

  private TestStores() {}

  /** The program of a store's server; fetched from its registry where it is not there. */
  static String install(String name) throws IOException, InterruptedException {
    var script = Path.of(System.getProperty("berth.root"), "objects/src/test/stores/install");
    return Command.of(script.toString(), name)
        .within(FETCH)
        .orProblem("Install python3-pip and npm; .ci/run does.")
        .text();
  }

  /** Free now; all are different. */
  static List<Integer> freePorts(int count) throws IOException {
    var sockets = new ArrayList<ServerSocket>();
    try {
      for (int i = 0; i < count; i++) {
        sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
      }
      return sockets.stream().map(ServerSocket::getLocalPort).toList();
    } finally {
      for (var socket : sockets) socket.close();
    }
  }

  static Process start(Path folder, List<String> argv) throws IOException {
    return new ProcessBuilder(argv)
        .directory(folder.toFile())
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("log").toFile())
        .start();
  }

  /** Waits until it answers whatever. */
  static void awaitHttp(Process process, URI at, Path folder) {
    try (var client = HttpClient.newHttpClient()) {
      Awaitility.await("answer of the server whose log is in " + folder)
          .atMost(START)
          .pollInterval(Duration.ofMillis(50))
          .failFast(() -> !process.isAlive())
          .ignoreExceptions()
          .until(() ->
              client
                      .send(HttpRequest.newBuilder(at).build(), BodyHandlers.discarding())
                      .statusCode()
                  > 0);
    }
  }
}
