package dev.berth.base.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A wire on loopback between a client and a server that can be cut, and mended, or die without a
 * word.
 */
public final class TcpProxy implements AutoCloseable {
  private static final int BUFFER = 64 * 1024;

  private final InetSocketAddress server;
  private final ServerSocket door;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

  /** Those that swallow what is sent, and tell of no end. */
  private final Set<Socket> frozen = ConcurrentHashMap.newKeySet();

  private final AtomicInteger accepted = new AtomicInteger();
  private volatile boolean cut;

  private TcpProxy(InetSocketAddress server, ServerSocket door) {
    this.server = server;
    this.door = door;
  }

  public static TcpProxy before(InetSocketAddress server) throws IOException {
    var proxy = new TcpProxy(server, new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
    Thread.ofVirtual().start(proxy::serve);
    return proxy;
  }

  public int port() {
    return door.getLocalPort();
  }

  /** Hangs up on all, and on whoever comes. */
  public void cut() throws IOException {
    cut = true;
    for (var socket : sockets) socket.close();
  }

  public void mend() {
    cut = false;
  }

  /**
   * Swallows from now on what is sent over the connections that there are, as a node that is lost
   * does; new ones work.
   */
  public void freeze() {
    frozen.addAll(sockets);
  }

  /** How many connections were made, and how many of them are there. */
  public Connections connections() {
    return new Connections(accepted.get(), sockets.size() / 2);
  }

  /** What a client made of connections. */
  public record Connections(int made, int there) {}

  private void serve() {
    while (!door.isClosed()) {
      try {
        var client = door.accept();
        if (cut) client.close();
        else connect(client);
      } catch (IOException _) {
        // The door was closed, or the server is away: the next one is told by himself.
      }
    }
  }

  private void connect(Socket client) throws IOException {
    var upstream = new Socket();
    sockets.add(client);
    sockets.add(upstream);
    try {
      upstream.connect(server);
    } catch (IOException e) {
      hangUp(client, upstream);
      throw e;
    }
    if (cut) { // meanwhile, perhaps before these two were among those that it closes
      hangUp(client, upstream);
      return;
    }
    accepted.incrementAndGet();
    Thread.ofVirtual().start(() -> carry(client, upstream));
    Thread.ofVirtual().start(() -> carry(upstream, client));
  }

  private void hangUp(Socket client, Socket upstream) throws IOException {
    sockets.remove(client);
    sockets.remove(upstream);
    client.close();
    upstream.close();
  }

  private void carry(Socket from, Socket to) {
    var bytes = new byte[BUFFER];
    try {
      for (int n = from.getInputStream().read(bytes); n >= 0; ) {
        if (!frozen.contains(to)) to.getOutputStream().write(bytes, 0, n);
        n = from.getInputStream().read(bytes);
      }
    } catch (IOException _) {
      // Cut, or ended by one of them; the other is closed, too.
    } finally {
      ended(from, to);
    }
  }

  /** The other end hears of it, unless it is to hear nothing; that is closed with the proxy. */
  private void ended(Socket from, Socket to) {
    try (from) {
      if (frozen.contains(to)) return;
      to.close();
      sockets.remove(to);
    } catch (IOException _) {
      // It is closed all the same.
    } finally {
      sockets.remove(from);
    }
  }

  @Override
  public void close() throws IOException {
    door.close();
    cut();
    for (var socket : frozen) socket.close();
  }
}
