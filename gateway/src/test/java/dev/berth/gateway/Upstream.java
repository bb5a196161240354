package dev.berth.gateway;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A server of the user's: does with each connection what a test says, and keeps what it heard. */
final class Upstream implements AutoCloseable {
  /** What is done with a connection. */
  interface Talk {
    void with(Wire wire, Upstream self) throws Exception;
  }

  private final ServerSocket server;
  private final Talk talk;
  private final List<Socket> open = new ArrayList<>();
  private final Thread accepting = Thread.ofVirtual().unstarted(this::accept);
  final BlockingQueue<Heard> heard = new LinkedBlockingQueue<>();
  final AtomicInteger connections = new AtomicInteger();

  private Upstream(ServerSocket server, Talk talk) {
    this.server = server;
    this.talk = talk;
  }

  static Upstream talking(Talk talk) {
    return talking("127.0.0.1", talk);
  }

  static Upstream talking(String address, Talk talk) {
    try {
      return talking(new ServerSocket(0, 50, InetAddress.getByName(address)), talk);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Upstream talking(ServerSocket socket, Talk talk) {
    var upstream = new Upstream(socket, talk);
    upstream.accepting.start();
    return upstream;
  }

  /** Answers each request with {@code answer}, as long as the connection lasts. */
  static Upstream answering(String answer) {
    return talking((wire, self) -> {
      while (true) {
        self.heard.add(wire.answer());
        wire.say(answer);
      }
    });
  }

  int port() {
    return server.getLocalPort();
  }

  /** The next request that came. */
  Heard next() throws InterruptedException {
    var next = heard.poll(10, TimeUnit.SECONDS);
    if (next == null) throw new AssertionError("no request came");
    return next;
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        var socket = server.accept();
        connections.incrementAndGet();
        synchronized (open) {
          open.add(socket);
        }
        Thread.ofVirtual().start(() -> talk(socket));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void talk(Socket socket) {
    try (var wire = new Wire(socket)) {
      socket.setSoTimeout(60_000);
      talk.with(wire, this);
    } catch (Exception e) {
      // the other side hung up: that is how most tests end
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    // The port is held until nobody waits at it any more, and a next one may want the same.
    try {
      accepting.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    synchronized (open) {
      for (var socket : open) socket.close();
    }
  }
}
