package dev.berth.gateway.gallery;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** A registry on a real socket that says, byte by byte, what a test wants; it can go away. */
public final class StubRegistry implements AutoCloseable {
  /** Says what is to be said to a question. */
  public interface Talk {
    void with(Asked asked, OutputStream out) throws Exception;
  }

  /** A question as it came. */
  public record Asked(String method, String target, List<String> headers, String body) {}

  public final BlockingQueue<Asked> asked = new LinkedBlockingQueue<>();

  private final int port;
  private final List<Socket> open = new ArrayList<>();
  private volatile Talk talk;
  private volatile ServerSocket server;

  public StubRegistry(Talk talk) throws IOException {
    this.talk = talk;
    this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    this.port = server.getLocalPort();
    Thread.ofVirtual().start(() -> accept(server));
  }

  public URI address() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** From now on it says this. */
  public void says(Talk next) {
    talk = next;
  }

  /** Whoever asks is refused the connection. */
  public void goAway() throws IOException {
    server.close();
    synchronized (open) {
      for (var socket : open) socket.close();
      open.clear();
    }
  }

  public void comeBack() throws IOException {
    var again = new ServerSocket();
    again.setReuseAddress(true);
    again.bind(new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    server = again;
    Thread.ofVirtual().start(() -> accept(again));
  }

  /** An answer of this status, whole. */
  public static Talk answer(int status, String type, String body) {
    return (_, out) -> {
      var bytes = body.getBytes(ISO_8859_1);
      say(
          out,
          "HTTP/1.1 %d X\r\nContent-Type: %s\r\nContent-Length: %d\r\nSet-Cookie: a=b\r\n\r\n"
              .formatted(status, type, bytes.length));
      out.write(bytes);
    };
  }

  public static void say(OutputStream out, String words) throws IOException {
    out.write(words.getBytes(ISO_8859_1));
    out.flush();
  }

  private void accept(ServerSocket from) {
    try {
      while (true) {
        var socket = from.accept();
        synchronized (open) {
          open.add(socket);
        }
        Thread.ofVirtual().start(() -> serve(socket));
      }
    } catch (IOException _) {
      // It went away.
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      var in = new BufferedInputStream(socket.getInputStream());
      while (true) {
        var question = read(in);
        asked.add(question);
        talk.with(question, socket.getOutputStream());
        socket.getOutputStream().flush();
      }
    } catch (Exception _) {
      // One of both hung up: that is how most tests end.
    }
  }

  private static Asked read(InputStream in) throws IOException {
    var first = line(in).split(" ");
    var headers = new ArrayList<String>();
    int length = 0;
    for (var line = line(in); !line.isEmpty(); line = line(in)) {
      headers.add(line.toLowerCase(Locale.ROOT));
      if (headers.getLast().startsWith("content-length:")) {
        length = Integer.parseInt(line.substring(15).strip());
      }
    }
    return new Asked(first[0], first[1], headers, new String(in.readNBytes(length), ISO_8859_1));
  }

  private static String line(InputStream in) throws IOException {
    var line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) throw new IOException("the end");
      if (c != '\r') line.append((char) c);
    }
    return line.toString();
  }

  @Override
  public void close() {
    try {
      goAway();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
