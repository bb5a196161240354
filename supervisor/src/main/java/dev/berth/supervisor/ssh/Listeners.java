package dev.berth.supervisor.ssh;

import dev.berth.base.Problem;
import dev.berth.base.http.ByteStream;
import dev.berth.base.http.Request;
import dev.berth.base.http.Response;
import dev.berth.supervisor.process.Identity;
import dev.berth.supervisor.process.Impersonation;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Listens inside for a client outside: remote forwarding, and the socket of a forwarded agent. A
 * listener lives as long as the connection that asked for it, on which it tells who came; each who
 * came is taken over a connection of its own.
 */
final class Listeners {
  static final String PROTOCOL = "berth-ssh";

  private static final Duration BIND_PATIENCE = Duration.ofSeconds(2);

  /** Within one machine; who is not fetched by then has lost his client. */
  private static final Duration FETCH_PATIENCE = Duration.ofSeconds(10);

  /** At once, of all clients together. */
  private static final int LISTENERS_MAX = 128;

  /** Who came and was not fetched yet, of all listeners together. */
  private static final int WAITING_MAX = 256;

  private static final int BACKLOG = 64;

  private final Identity user;
  private final Map<String, SocketChannel> waiting = new ConcurrentHashMap<>();
  private final AtomicLong count = new AtomicLong();
  private final Semaphore places = new Semaphore(LISTENERS_MAX);

  Listeners(Identity user) {
    this.user = user;
  }

  /**
   * A bound socket.
   *
   * @param file what it left in the file system
   */
  private record Bound(ServerSocketChannel socket, String words, Optional<Path> file) {}

  /** Binds what the request names: {@code port} of loopback, {@code path}, or {@code agent}. */
  Response listen(Request request) throws InterruptedException {
    if (!places.tryAcquire()) {
      throw new Problem.Conflict(
          "The workspace has %d forwarded listeners, and more are not kept."
              .formatted(LISTENERS_MAX),
          "End a connection that is not needed.");
    }
    try {
      var bound = bind(request);
      return new Response.Upgraded(PROTOCOL, stream -> accept(bound, stream));
    } catch (RuntimeException | InterruptedException e) {
      places.release();
      throw e;
    }
  }

  private Bound bind(Request request) throws InterruptedException {
    try {
      return Impersonation.as(user, BIND_PATIENCE, () -> bound(request));
    } catch (IOException e) {
      throw new Problem.Unavailable(
          "The workspace cannot listen there: %s.".formatted(e.getMessage()),
          "Choose another port, or a path in a folder that user gitpod may write.");
    }
  }

  private static Bound bound(Request request) throws IOException {
    if (request.parameter("agent").isPresent()) {
      var owner =
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
      var folder = Files.createTempDirectory(Path.of("/tmp"), "ssh-", owner);
      return unix(Destination.unix(folder.resolve("agent.sock").toString()).address());
    }
    return switch (Destination.of(request)) {
      case Destination.Unix(var address) -> unix(address);
      case Destination.Tcp(var _, var port) -> tcp(port);
    };
  }

  /** On loopback only, whatever was asked for, as OpenSSH's server does it. */
  private static Bound tcp(int port) throws IOException {
    var socket = ServerSocketChannel.open();
    try {
      var loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
      socket.bind(new InetSocketAddress(loopback, port), BACKLOG);
      var got = ((InetSocketAddress) socket.getLocalAddress()).getPort();
      return new Bound(socket, "port " + got, Optional.empty());
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  private static Bound unix(UnixDomainSocketAddress address) throws IOException {
    var socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      socket.bind(address, BACKLOG);
      Files.setPosixFilePermissions(
          address.getPath(), PosixFilePermissions.fromString("rw-------"));
      return new Bound(socket, "path " + address, Optional.of(address.getPath()));
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  private void accept(Bound bound, ByteStream stream) throws IOException, InterruptedException {
    var accepting =
        Thread.ofVirtual().name("ssh-listen").start(() -> acceptAll(bound.socket(), stream));
    try {
      say(stream, bound.words());
      boolean open = true;
      while (open) open = stream.read().length > 0; // the client's end is ours
    } finally {
      bound.socket().close();
      accepting.interrupt();
      bound.file().ifPresent(this::remove);
      places.release();
    }
  }

  private void acceptAll(ServerSocketChannel socket, ByteStream stream) {
    try {
      while (true) {
        var came = socket.accept();
        if (waiting.size() >= WAITING_MAX) {
          came.close();
          continue;
        }
        var id = Long.toString(count.incrementAndGet());
        waiting.put(id, came);
        say(stream, "from " + id + " " + peer(came));
        Thread.ofVirtual().name("ssh-fetch").start(() -> expire(id));
      }
    } catch (IOException | InterruptedException _) {
      // The client is gone, and the listener was closed.
    }
  }

  private static String peer(SocketChannel came) throws IOException {
    return came.getRemoteAddress() instanceof InetSocketAddress inet
        ? inet.getAddress().getHostAddress() + " " + inet.getPort()
        : "- 0";
  }

  private static void say(ByteStream stream, String words)
      throws IOException, InterruptedException {
    var line = (words + "\n").getBytes(StandardCharsets.UTF_8);
    stream.write(line, 0, line.length);
  }

  private void expire(String id) {
    try {
      Thread.sleep(FETCH_PATIENCE);
      var left = waiting.remove(id);
      if (left != null) left.close();
    } catch (IOException | InterruptedException _) {
      // It is closed as far as we are concerned.
    }
  }

  private void remove(Path file) {
    try {
      Impersonation.as(
          user,
          BIND_PATIENCE,
          () -> {
            Files.deleteIfExists(file);
            // An agent's socket had a folder of its own.
            var folder = Optional.ofNullable(file.getParent()).orElse(file);
            if (file.endsWith("agent.sock") && folder.startsWith("/tmp"))
              Files.deleteIfExists(folder);
            return true;
          });
    } catch (IOException | InterruptedException _) {
      // It is the user's, who may have taken or changed it.
    }
  }

  /** The one who came under this id. */
  Response fetch(Request request) {
    var came = waiting.remove(request.variable("id"));
    if (came == null) {
      throw new Problem.Missing("Nobody waits under this number.", "Fetch them sooner.");
    }
    return new Response.Upgraded(PROTOCOL, stream -> Sockets.join(stream, came));
  }
}
