package dev.berth.runtime.kubernetes;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A wire between a client and a server that can be cut, and mended. */
final class TcpProxy implements AutoCloseable {
  private final InetSocketAddress server;
  private final ServerSocket door;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private volatile boolean cut;

  private TcpProxy(InetSocketAddress server, ServerSocket door) {
    this.server = server;
    this.door = door;
  }

  static TcpProxy before(InetSocketAddress server) throws IOException {
    var proxy = new TcpProxy(server, new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
    Thread.ofVirtual().start(proxy::serve);
    return proxy;
  }

  int port() {
    return door.getLocalPort();
  }

  void cut() throws IOException {
    cut = true;
    for (var socket : sockets) socket.close();
  }

  void mend() {
    cut = false;
  }

  private void serve() {
    while (!door.isClosed()) {
      try {
        var client = door.accept();
        if (cut) {
          client.close();
          continue;
        }
        var upstream = new Socket();
        upstream.connect(server);
        sockets.add(client);
        sockets.add(upstream);
        Thread.ofVirtual().start(() -> carry(client, upstream));
        Thread.ofVirtual().start(() -> carry(upstream, client));
      } catch (IOException _) {
        // The door was closed, or the server is away: the next one is told by himself.
      }
    }
  }

  private void carry(Socket from, Socket to) {
    try (from;
        to) {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException _) {
      // Cut, or ended by one of them; the other is closed, too.
    } finally {
      sockets.remove(from);
    }
  }

  @Override
  public void close() throws IOException {
    door.close();
    cut();
  }
}
