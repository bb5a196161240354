package dev.berth.node;

import dev.berth.base.process.Command;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A program in a network of its own, which builders reach as they reach the world. */
final class FarServer implements AutoCloseable {
  /** Of the range for benchmarks (RFC 2544), which no other test takes. */
  static final String ADDRESS = "198.19.5.2";

  private static final String LINK = "berthtestreg";

  private final Process server;

  private FarServer(Process server) {
    this.server = server;
  }

  /** Runs {@code command}, and answers when it listens on {@code port}. */
  static FarServer open(int port, List<String> command) throws IOException, InterruptedException {
    var words =
        new ArrayList<>(List.of("unshare", "--net", "sh", "-c", "read _; exec \"$@\"", "sh"));
    words.addAll(command);
    var server =
        new ProcessBuilder(words)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    var far = new FarServer(server);
    var here = network("self");
    Awaitility.await().until(() -> !network(Long.toString(server.pid())).equals(here));
    var setUp =
        """
        link add name %s type veth peer name eth0 netns %d
        addr add 198.19.5.1/24 dev %1$s
        link set %1$s up
        """
            .formatted(LINK, server.pid());
    Command.of("ip", "-batch", "-").reading(setUp).orProblem("Is it left from an earlier test?");
    var inside =
        """
        link set lo up
        addr add %s/24 dev eth0
        link set eth0 up
        route add default via 198.19.5.1
        """
            .formatted(ADDRESS);
    Command.of("nsenter", "--net=/proc/%d/ns/net".formatted(server.pid()), "ip", "-batch", "-")
        .reading(inside)
        .orProblem("See the message.");
    server.outputWriter().close();
    try {
      Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> listens(port));
    } catch (RuntimeException e) {
      far.close();
      throw e;
    }
    return far;
  }

  private static String network(String process) throws IOException {
    return Files.readSymbolicLink(Path.of("/proc", process, "ns", "net")).toString();
  }

  private static boolean listens(int port) {
    try (var _ = new Socket(ADDRESS, port)) {
      return true;
    } catch (IOException _) {
      return false;
    }
  }

  @Override
  public void close() {
    server.destroyForcibly();
    try {
      server.waitFor(5, TimeUnit.SECONDS);
      Command.of("ip", "link", "del", LINK).run();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
