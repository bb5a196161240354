package dev.berth.supervisor.ide;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Whether a web server of the instance answers; a socket is enough, and costs no HTTP client. */
final class Answers {
  private static final int PATIENCE_MILLIS = 2000;

  private Answers() {}

  static boolean at(int port, String path) {
    var request = "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".formatted(path);
    try (var socket = new Socket()) {
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.connect(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MILLIS);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      var head = new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
      return head.matches("HTTP/1\\.[01] 200");
    } catch (IOException _) {
      return false; // not yet
    }
  }
}
