package dev.berth.gateway.inside;

import dev.berth.base.Problem;
import dev.berth.base.http.ProblemAnswer;
import dev.berth.base.json.Json;
import dev.berth.protocol.route.Route;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;

/**
 * A connection to an instance's supervisor that was upgraded to raw bytes. Calls block; they are
 * made by virtual threads. What comes is the workspace's, and not to be trusted.
 */
public final class Inside implements AutoCloseable {
  private static final Duration CONNECT = Duration.ofSeconds(5);

  /** The supervisor itself waits 20 s for a host that does not answer. */
  private static final Duration ANSWER = Duration.ofSeconds(25);

  private static final int HEAD_BYTES_MAX = 8 << 10;
  private static final int ERROR_BYTES_MAX = 8 << 10;
  private static final int BUFFER_BYTES = 64 << 10;

  private final Socket socket;
  private final InputStream in;

  private Inside(Socket socket, InputStream in) {
    this.socket = socket;
    this.in = in;
  }

  /** Asks {@code path} of the supervisor's API for an upgrade to {@code protocol}. */
  public static Inside open(Route.Upstream instance, String path, String protocol)
      throws IOException {
    var supervisor = instance.supervisor();
    var socket = new Socket();
    try {
      socket.setTcpNoDelay(true);
      socket.connect(
          new InetSocketAddress(supervisor.host(), supervisor.port()), (int) CONNECT.toMillis());
      socket.setSoTimeout((int) ANSWER.toMillis());
      var request =
          """
          GET %s HTTP/1.1\r
          Host: %s\r
          Authorization: Bearer %s\r
          Connection: Upgrade\r
          Upgrade: %s\r
          \r
          """
              .formatted(path, supervisor, instance.token(), protocol);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      var in = new BufferedInputStream(socket.getInputStream(), BUFFER_BYTES);
      var head = head(in);
      if (!head.startsWith("HTTP/1.1 101 ")) throw refused(head, in);
      socket.setSoTimeout(0);
      return new Inside(socket, in);
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  private static String head(InputStream in) throws IOException {
    var head = new ByteArrayOutputStream(256);
    int ends = 0; // how much of the empty line has come
    while (ends < 4) {
      int next = in.read();
      if (next < 0 || head.size() >= HEAD_BYTES_MAX) throw new IOException("no answer");
      head.write(next);
      ends = next == "\r\n\r\n".charAt(ends) ? ends + 1 : next == '\r' ? 1 : 0;
    }
    return head.toString(StandardCharsets.ISO_8859_1);
  }

  private static Problem refused(String head, InputStream in) throws IOException {
    int length = 0;
    for (var line : head.split("\r\n", -1)) {
      var field = line.toLowerCase(Locale.ROOT);
      if (field.matches("content-length: *[0-9]{1,5}")) {
        length = Integer.parseInt(field.substring(field.indexOf(':') + 1).strip());
      }
    }
    var body = in.readNBytes(Math.min(length, ERROR_BYTES_MAX));
    try {
      var told = Json.read(body, ProblemAnswer.class).error();
      return new Problem.Unavailable(plain(told.what()), plain(told.remedy()));
    } catch (Problem.Invalid | NullPointerException e) {
      return new Problem.Unavailable(
          "The workspace's supervisor does not serve this.", "Stop it and start it again.", e);
    }
  }

  private static String plain(String words) {
    var text = words.replaceAll("\\p{Cntrl}", "?");
    return text.substring(0, Math.min(500, text.length()));
  }

  /** What comes from inside. */
  public InputStream in() {
    return in;
  }

  /** What goes in. */
  public OutputStream out() throws IOException {
    return socket.getOutputStream();
  }

  /** Says that no more comes. */
  public void endOutput() throws IOException {
    socket.shutdownOutput();
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException _) {
      // It is gone as far as we are concerned.
    }
  }
}
