package dev.berth.runtime.runc;

import dev.berth.base.process.Command;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A network namespace that stands for the world outside, with a web server at {@link #ADDRESS}. */
final class Internet implements AutoCloseable {
  /** Of a range for documentation (RFC 5737), so nothing real is in the way. */
  static final String ADDRESS = "198.51.100.2";

  /** The host's end of the link. */
  static final String HOST = "198.51.100.1";

  private static final String LINK = "berthtestnet";

  private final Process server;

  private Internet(Process server) {
    this.server = server;
  }

  static Internet open(Path pages) throws IOException, InterruptedException {
    // busybox's web server in a network of its own, waiting for its link
    var server =
        new ProcessBuilder(
                "unshare",
                "--net",
                "sh",
                "-c",
                "read _; exec busybox httpd -f -p 80 -h \"$0\"",
                pages.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    while (sameNetwork(server.pid())) Thread.onSpinWait();
    var setUp =
        """
        link add name %s type veth peer name eth0 netns %d
        addr add %s/24 dev %1$s
        link set %1$s up
        """
            .formatted(LINK, server.pid(), HOST);
    Command.of("ip", "-batch", "-").reading(setUp).orProblem("Is it left from an earlier test?");
    var inside =
        """
        link set lo up
        addr add %s/24 dev eth0
        addr add 169.254.169.254/32 dev eth0
        link set eth0 up
        route add default via %s
        """
            .formatted(ADDRESS, HOST);
    Command.of("nsenter", "--net=/proc/%d/ns/net".formatted(server.pid()), "ip", "-batch", "-")
        .reading(inside)
        .orProblem("See the message.");
    Command.of("ip", "route", "add", "169.254.169.254/32", "via", ADDRESS).orProblem("See it.");
    server.outputWriter().close();
    Awaitility.await().atMost(Duration.ofSeconds(60)).until(Internet::listens);
    return new Internet(server);
  }

  private static boolean listens() {
    try (var _ = new Socket(ADDRESS, 80)) {
      return true;
    } catch (IOException _) {
      return false;
    }
  }

  private static boolean sameNetwork(long pid) throws IOException {
    return network("self").equals(network(Long.toString(pid)));
  }

  private static String network(String process) throws IOException {
    return Files.readSymbolicLink(Path.of("/proc", process, "ns", "net")).toString();
  }

  /** What a shell outside says. */
  String outside(String script) throws InterruptedException {
    var namespace = "--net=/proc/%d/ns/net".formatted(server.pid());
    var outcome = Command.of("nsenter", namespace, "busybox", "sh", "-c", script + " 2>&1").run();
    return outcome.text();
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
