package dev.berth.base.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * An HTTP proxy on loopback that notes what it is asked for. Whatever name that has, it goes to one
 * server of the test, as if this were the outside.
 */
public final class LoggingProxy implements AutoCloseable {
  private final ServerSocket server;
  private final int outside;
  private final List<String> asked = new CopyOnWriteArrayList<>();

  /** {@code outside} is the port of the test's server. */
  public LoggingProxy(int outside) throws IOException {
    this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    this.outside = outside;
    Thread.ofVirtual().start(this::serve);
  }

  /** Its own address. */
  public URI address() {
    return URI.create("http://127.0.0.1:" + server.getLocalPort());
  }

  /** The first lines of all requests. */
  public List<String> asked() {
    return asked;
  }

  private void serve() {
    while (!server.isClosed()) {
      try {
        var client = server.accept();
        Thread.ofVirtual().start(() -> pass(client));
      } catch (IOException e) {
        return; // the test has ended
      }
    }
  }

  private void pass(Socket client) {
    try (client;
        var upstream = new Socket(InetAddress.getLoopbackAddress(), outside)) {
      var in = client.getInputStream();
      var line = line(in);
      asked.add(line);
      var out = upstream.getOutputStream();
      if (line.startsWith("CONNECT ")) {
        while (!line(in).isEmpty()) {
          // headers are of no matter here
        }
        client
            .getOutputStream()
            .write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      } else {
        var parts = line.split(" ", 3);
        var uri = URI.create(parts[1]);
        var path = uri.getRawPath() + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery());
        out.write(
            "%s %s %s\r\nConnection: close\r\n"
                .formatted(parts[0], path, parts[2])
                .getBytes(StandardCharsets.US_ASCII));
      }
      var back = Thread.ofVirtual().start(() -> copy(upstream, client));
      in.transferTo(out);
      back.join();
    } catch (IOException | InterruptedException e) {
      // one of both has gone, or the test has ended
    }
  }

  private static void copy(Socket from, Socket to) {
    try (to) {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException e) {
      // the other side has gone
    }
  }

  private static String line(InputStream in) throws IOException {
    var line = new StringBuilder();
    for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
      if (next != '\r') line.append((char) next);
    }
    return line.toString();
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
