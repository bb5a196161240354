package dev.berth.supervisor.gp;

import dev.berth.base.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.Semaphore;

/** Passes what comes to one port on to a program that listens on localhost only. */
final class PortRelay implements AutoCloseable {
  /** Connections at once; each has two threads of the JVM's own kind. */
  private static final int CONNECTIONS_MAX = 256;

  private static final int HEAD_BYTES_MAX = 64 << 10;

  private final ServerSocket listener;
  private final int local;
  private final boolean rewriteHost;
  private final Semaphore places = new Semaphore(CONNECTIONS_MAX);

  private PortRelay(ServerSocket listener, int local, boolean rewriteHost) {
    this.listener = listener;
    this.local = local;
    this.rewriteHost = rewriteHost;
  }

  static PortRelay open(int local, int target, boolean rewriteHost) throws IOException {
    var listener = new ServerSocket();
    try {
      listener.bind(new InetSocketAddress(target), 128);
    } catch (IOException e) {
      listener.close();
      throw new Problem.Unavailable(
          "Cannot listen on port %d: %s.".formatted(target, e.getMessage()),
          "Name a port that nothing listens on.",
          e);
    }
    return new PortRelay(listener, local, rewriteHost);
  }

  /** Until the process ends. */
  void run() throws IOException {
    while (true) {
      var client = listener.accept();
      if (!places.tryAcquire()) {
        client.close();
        continue;
      }
      Thread.ofVirtual().start(() -> serve(client));
    }
  }

  private void serve(Socket client) {
    try (client;
        var program = new Socket(InetAddress.getLoopbackAddress(), local)) {
      var back = Thread.ofVirtual().start(() -> pass(program, client));
      if (rewriteHost) rewriteHead(client.getInputStream(), program.getOutputStream());
      pass(client, program);
      back.join();
    } catch (IOException e) {
      // Either side is gone; the next connection begins afresh.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      places.release();
    }
  }

  private static void pass(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
      to.shutdownOutput();
    } catch (IOException e) {
      close(from);
      close(to);
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is closed then.
    }
  }

  /** One request a connection, for only its head is read; an upgraded one stays as it is. */
  private void rewriteHead(InputStream from, OutputStream to) throws IOException {
    var lines = head(from).split("\r\n", -1);
    boolean upgrade = Arrays.stream(lines).anyMatch(line -> isNamed(line, "upgrade"));
    var said = new StringBuilder(lines[0]);
    said.append("\r\nHost: localhost:").append(local);
    if (!upgrade) said.append("\r\nConnection: close");
    for (int i = 1; i < lines.length; i++) {
      boolean replaced = isNamed(lines[i], "host") || (!upgrade && isNamed(lines[i], "connection"));
      if (!replaced) said.append("\r\n").append(lines[i]);
    }
    to.write(said.toString().getBytes(StandardCharsets.ISO_8859_1));
  }

  private static boolean isNamed(String line, String header) {
    return line.regionMatches(true, 0, header + ":", 0, header.length() + 1);
  }

  private static String head(InputStream from) throws IOException {
    var head = new StringBuilder();
    for (int next = from.read(); next >= 0; next = from.read()) {
      head.append((char) next);
      boolean ended = next == '\n' && head.lastIndexOf("\r\n\r\n") == head.length() - 4;
      if (ended || head.length() > HEAD_BYTES_MAX) break;
    }
    return head.toString();
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
