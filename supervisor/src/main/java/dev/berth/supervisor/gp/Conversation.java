package dev.berth.supervisor.gp;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

/** A WebSocket's client side (RFC 6455), as much of it as the supervisor's terminals speak. */
final class Conversation implements AutoCloseable {
  private static final int TEXT = 1;
  private static final int BINARY = 2;
  private static final int CLOSE = 8;
  private static final int PING = 9;
  private static final int PONG = 10;

  /** The server's messages are split far below. */
  private static final int MESSAGE_BYTES_MAX = 4 << 20;

  /** A few sentences. */
  private static final int REFUSAL_BYTES_MAX = 64 << 10;

  private static final Pattern LENGTH = Pattern.compile("(?im)^content-length: *([0-9]{1,9})\\r?$");

  /** A message: words of the protocol, or a terminal's bytes. */
  sealed interface Message {
    record Words(String text) implements Message {}

    record Bytes(byte[] bytes) implements Message {}

    record End() implements Message {}
  }

  private final SocketChannel channel;
  private final ByteBuffer input = ByteBuffer.allocate(64 << 10).flip();

  private Conversation(SocketChannel channel) {
    this.channel = channel;
  }

  static Conversation open(SocketChannel channel, String path) throws IOException {
    var conversation = new Conversation(channel);
    // The key only proves that the other side speaks WebSocket, which this one does.
    var head =
        "GET %s HTTP/1.1\r\nhost: localhost\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
            .formatted(path);
    var bytes = ByteBuffer.wrap(head.getBytes(StandardCharsets.US_ASCII));
    while (bytes.hasRemaining()) channel.write(bytes);
    var answer = conversation.head();
    int status = Door.status(answer);
    if (status == 101) return conversation;
    try (channel) {
      throw Door.refusal(status, conversation.body(answer));
    }
  }

  private byte[] body(String head) throws IOException {
    var length = LENGTH.matcher(head);
    if (!length.find()) return new byte[0];
    var body = new byte[Math.min(Integer.parseInt(length.group(1)), REFUSAL_BYTES_MAX)];
    for (int i = 0; i < body.length; i++) body[i] = (byte) next();
    return body;
  }

  private String head() throws IOException {
    var head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      head.append((char) next());
      if (head.length() > 16 << 10) throw new IOException("the answer's head has no end");
    }
    return head.toString();
  }

  private int next() throws IOException {
    if (!input.hasRemaining()) {
      input.clear();
      int n = channel.read(input);
      input.flip();
      if (n < 0) throw new EOFException("the supervisor is gone");
    }
    return input.get() & 0xff;
  }

  /** The next message; waits for it. One thread may receive. */
  Message receive() throws IOException {
    while (true) {
      int kind = next() & 0x0f;
      long length = next() & 0x7f;
      if (length == 126) length = number(2);
      else if (length == 127) length = number(8);
      if (length < 0 || length > MESSAGE_BYTES_MAX) throw new IOException("a message is too long");
      var body = new byte[(int) length];
      for (int i = 0; i < body.length; i++) body[i] = (byte) next();
      switch (kind) {
        case TEXT -> {
          return new Message.Words(new String(body, StandardCharsets.UTF_8));
        }
        case BINARY -> {
          return new Message.Bytes(body);
        }
        case CLOSE -> {
          return new Message.End();
        }
        case PING -> send(PONG, body, body.length);
        default -> {}
      }
    }
  }

  private long number(int bytes) throws IOException {
    long number = 0;
    for (int i = 0; i < bytes; i++) number = number << 8 | next();
    return number;
  }

  void send(String words) throws IOException {
    var bytes = words.getBytes(StandardCharsets.UTF_8);
    send(TEXT, bytes, bytes.length);
  }

  void send(byte[] bytes, int length) throws IOException {
    send(BINARY, bytes, length);
  }

  private synchronized void send(int kind, byte[] body, int length) throws IOException {
    var frame = ByteBuffer.allocate(length + 14);
    frame.put((byte) (0x80 | kind));
    if (length < 126) frame.put((byte) (0x80 | length));
    else if (length < 1 << 16) frame.put((byte) (0x80 | 126)).putShort((short) length);
    else frame.put((byte) (0x80 | 127)).putLong(length);
    var mask = new byte[4];
    ThreadLocalRandom.current().nextBytes(mask);
    frame.put(mask);
    for (int i = 0; i < length; i++) frame.put((byte) (body[i] ^ mask[i % 4]));
    frame.flip();
    while (frame.hasRemaining()) channel.write(frame);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
