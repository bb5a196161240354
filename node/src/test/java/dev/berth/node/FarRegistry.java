package dev.berth.node;

import dev.berth.base.process.Command;
import dev.berth.registry.pull.Pushes;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/**
 * Debian's docker-registry in a network of its own, which builders reach as they reach the world.
 */
final class FarRegistry implements AutoCloseable {
  /** Of the range for benchmarks (RFC 2544), which no other test takes. */
  private static final String ADDRESS = "198.19.5.2";

  static final String HOST = ADDRESS + ":5000";

  private static final String LINK = "berthtestreg";

  private final Process server;

  private FarRegistry(Process server) {
    this.server = server;
  }

  static FarRegistry open(Path folder) throws IOException, InterruptedException {
    var config = folder.resolve("config.yml");
    Files.writeString(
        config,
        """
        version: 0.1
        log: {level: error, accesslog: {disabled: true}}
        storage: {filesystem: {rootdirectory: %s}}
        http: {addr: "0.0.0.0:5000"}
        """
            .formatted(folder.resolve("data")));
    var script = "read _; exec docker-registry serve \"$0\"";
    var server =
        new ProcessBuilder("unshare", "--net", "sh", "-c", script, config.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    var registry = new FarRegistry(server);
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
      Awaitility.await().atMost(Duration.ofSeconds(60)).until(FarRegistry::listens);
    } catch (RuntimeException e) {
      registry.close();
      throw e;
    }
    return registry;
  }

  private static String network(String process) throws IOException {
    return Files.readSymbolicLink(Path.of("/proc", process, "ns", "net")).toString();
  }

  private static boolean listens() {
    try (var _ = new Socket(ADDRESS, 5000)) {
      return true;
    } catch (IOException _) {
      return false;
    }
  }

  /** An image with one file, {@code /said}. */
  void push(String name, String said) throws Exception {
    new Pushes(HOST).image(name, "latest", List.of(Pushes.Layer.gzip(tar("said", said))));
  }

  private static byte[] tar(String name, String content) throws IOException, InterruptedException {
    var folder = Files.createTempDirectory("berth-tar");
    var file = Files.writeString(folder.resolve(name), content);
    var tar = Command.of("tar", "-C", folder.toString(), "-c", name).orProblem("See it.").output();
    Files.delete(file);
    Files.delete(folder);
    return tar;
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
