package dev.berth.base.http;

import java.io.IOException;
import java.util.Optional;

/** One side of a WebSocket; each method may be called from any thread and waits. */
public interface WebSocket {
  /** What one side sends. */
  sealed interface Message {
    record Text(String text) implements Message {}

    record Binary(byte[] bytes) implements Message {}
  }

  /** The next message; empty once the other side closed or is gone. */
  Optional<Message> receive() throws InterruptedException;

  /** Sends text and waits until it is on its way. */
  void send(String text) throws IOException, InterruptedException;

  /** Sends bytes and waits until they are on their way. */
  void send(byte[] bytes, int offset, int length) throws IOException, InterruptedException;

  /** Says why and closes; {@code code} as in RFC 6455. */
  void close(int code, String reason);
}
