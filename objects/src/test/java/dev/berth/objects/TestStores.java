package dev.berth.objects;

import dev.berth.base.http.FreePorts;
import dev.berth.base.process.Command;
import dev.berth.objects.http.Call;
import dev.berth.objects.http.Service;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
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

  /** All are different. */
  static List<Integer> freePorts(int count) {
    return Stream.generate(FreePorts::next).limit(count).toList();
  }

  static Process start(Path folder, List<String> argv) throws IOException {
    return start(folder, argv, Map.of());
  }

  static Process start(Path folder, List<String> argv, Map<String, String> environment)
      throws IOException {
    var builder =
        new ProcessBuilder(argv)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile());
    builder.environment().putAll(environment);
    return builder.start();
  }

  /** An authority, and what it signed for 127.0.0.1. */
  static void certificate(Path folder) throws IOException, InterruptedException {
    var script =
        """
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=authority \\
          -keyout authority.key -out authority.crt
        openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=store -keyout server.key -out server.csr
        echo subjectAltName=IP:127.0.0.1 > names
        openssl x509 -req -in server.csr -CA authority.crt -CAkey authority.key -days 2 -extfile names -out server.crt
        """;
    Command.of("sh", "-ec", "cd '%s'\n%s".formatted(folder, script))
        .orProblem("See what openssl said.");
  }

  /** Waits until it answers whatever. */
  static void awaitHttp(Process process, URI at, Path folder, Optional<Path> authorities) {
    try (var server = Service.open("test's server", authorities)) {
      Awaitility.await("answer of the server whose log is in " + folder)
          .atMost(START)
          .pollInterval(Duration.ofMillis(50))
          .failFast(() -> !process.isAlive())
          .ignoreExceptions()
          .until(() -> server.ask(Call.of("GET", at)).status() > 0);
    }
  }
}
