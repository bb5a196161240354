package dev.berth.base.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A wire on loopback between a client and a server that can be cut and mended, or forget the
 * connections it has, as a firewall does.
 */
public final class TcpProxy implements AutoCloseable {
  private final InetSocketAddress server;
  private final ServerSocket door;
  private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
  private volatile boolean cut;

  private static final class Connection {
    final Socket client;
    final Socket upstream = new Socket();
    volatile boolean frozen;

    Connection(Socket client) {
      this.client = client;
    }

    void close() throws IOException {
      client.close();
      upstream.close();
    }
  }

  private TcpProxy(InetSocketAddress server, ServerSocket door) {
    this.server = server;
    this.door = door;
  }

  /** Leads to {@code server}. */
  public static TcpProxy before(InetSocketAddress server) throws IOException {
    var proxy = new TcpProxy(server, new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
    Thread.ofVirtual().start(proxy::serve);
    return proxy;
  }

  /** Where clients come. */
  public int port() {
    return door.getLocalPort();
  }

  /** Ends all connections and lets no new one be. */
  public void cut() throws IOException {
    cut = true;
    for (var connection : connections) connection.close();
  }

  /** Takes new connections again. */
  public void mend() {
    cut = false;
  }

  /** Swallows from now on what the connections of now carry, which stay open; new ones work. */
  public void freeze() {
    for (var connection : connections) connection.frozen = true;
  }

  private void serve() {
    while (!door.isClosed()) {
      try {
        var client = door.accept();
        if (cut) {
          client.close();
          continue;
        }
        var connection = new Connection(client);
        connection.upstream.connect(server);
        connections.add(connection);
        Thread.ofVirtual().start(() -> carry(connection, client, connection.upstream));
        Thread.ofVirtual().start(() -> carry(connection, connection.upstream, client));
      } catch (IOException _) {
        // The door was closed, or the server is away: the next one is told by himself.
      }
    }
  }

  private void carry(Connection connection, Socket from, Socket to) {
    var buffer = new byte[8192];
    try (from;
        to) {
      var in = from.getInputStream();
      var out = to.getOutputStream();
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        if (!connection.frozen) out.write(buffer, 0, read);
      }
    } catch (IOException _) {
      // Cut, or ended by one of them; the other is closed, too.
    } finally {
      connections.remove(connection);
    }
  }

  @Override
  public void close() throws IOException {
    door.close();
    cut();
  }
}
