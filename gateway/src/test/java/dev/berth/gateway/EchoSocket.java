package dev.berth.gateway;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;

/** A WebSocket server by hand that says back each short message (RFC 6455). */
final class EchoSocket {
  private EchoSocket() {}

  static void talk(Wire wire, Upstream self) throws Exception {
    var request = wire.answer();
    self.heard.add(request);
    var key = request.header("sec-websocket-key").orElseThrow();
    wire.say(
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Accept: %s\r\n\r\n".formatted(accept(key)));
    while (true) {
      int kind = wire.in.read();
      int length = wire.in.read() & 0x7f;
      if (kind < 0 || length > 125) return;
      byte[] mask = wire.in.readNBytes(4);
      byte[] text = wire.in.readNBytes(length);
      for (int i = 0; i < length; i++) text[i] ^= mask[i % 4];
      var out = wire.socket.getOutputStream();
      out.write(kind);
      out.write(length);
      out.write(text);
      out.flush();
    }
  }

  private static String accept(String key) throws Exception {
    var hash =
        MessageDigest.getInstance("SHA-1")
            .digest(
                (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.US_ASCII));
    return Base64.getEncoder().encodeToString(hash);
  }
}
