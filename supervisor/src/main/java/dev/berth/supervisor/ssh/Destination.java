package dev.berth.supervisor.ssh;

import dev.berth.base.Problem;
import dev.berth.base.http.Request;
import dev.berth.supervisor.process.Identity;
import dev.berth.supervisor.process.Impersonation;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Where a client wants a connection to: {@code host} and {@code port}, or {@code path}. */
sealed interface Destination {
  record Tcp(String host, int port) implements Destination {}

  /** A socket of the file system. */
  record Unix(UnixDomainSocketAddress address) implements Destination {}

  /** As long as one may wait for a host that does not answer. */
  Duration PATIENCE = Duration.ofSeconds(20);

  /** Reads it from a request's parameters. */
  static Destination of(Request request) {
    var path = request.parameter("path");
    if (path.isPresent()) return unix(path.get());
    var host = request.parameter("host").orElse("");
    var port = request.parameter("port").orElse("");
    boolean good = host.matches("[A-Za-z0-9._:-]{1,255}") && port.matches("[0-9]{1,5}");
    if (!good || Integer.parseInt(port) > 65535) {
      throw new Problem.Invalid("That is no host and port.", "Name a host and a TCP port.");
    }
    return new Tcp(host, Integer.parseInt(port));
  }

  /** The kernel takes 107 bytes (unix(7)). */
  static Unix unix(String path) {
    if (!path.startsWith("/") || path.length() > 107 || path.indexOf(0) >= 0) {
      throw new Problem.Invalid(
          "That is no path of a socket.", "Use an absolute path of at most 107 characters.");
    }
    return new Unix(UnixDomainSocketAddress.of(path));
  }

  /** Connects as {@code user}; {@link Problem.Unavailable} where nobody is there. */
  default SocketChannel connect(Identity user) throws InterruptedException {
    IOException last = null;
    try {
      for (var address : addresses()) {
        try {
          return Impersonation.as(user, PATIENCE, () -> open(address));
        } catch (IOException e) {
          last = e;
        }
      }
    } catch (IOException e) {
      last = e;
    }
    throw new Problem.Unavailable(
        "Cannot connect to %s from the workspace: %s."
            .formatted(shown(), last == null ? "it has no address" : last.getMessage()),
        "Check that something listens there.");
  }

  private static SocketChannel open(SocketAddress address) throws IOException {
    var unix = address instanceof UnixDomainSocketAddress;
    var socket =
        unix
            ? SocketChannel.open(StandardProtocolFamily.UNIX)
            : SocketChannel.open().setOption(StandardSocketOptions.TCP_NODELAY, true);
    try {
      socket.connect(address);
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  private List<SocketAddress> addresses() throws IOException {
    return switch (this) {
      case Unix(var address) -> List.of(address);
      case Tcp(var host, var port) -> {
        var all = new ArrayList<SocketAddress>();
        for (var address : inet(host)) all.add(new InetSocketAddress(address, port));
        yield all;
      }
    };
  }

  /** A program on localhost may listen on either of the two, whatever /etc/hosts says. */
  private static List<InetAddress> inet(String host) throws IOException {
    if (!host.equals("localhost")) return List.of(InetAddress.getAllByName(host));
    var six = new byte[16];
    six[15] = 1;
    return List.of(
        InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), InetAddress.getByAddress(six));
  }

  private String shown() {
    return switch (this) {
      case Unix(var address) -> address.toString();
      case Tcp(var host, var port) -> host + ":" + port;
    };
  }
}
