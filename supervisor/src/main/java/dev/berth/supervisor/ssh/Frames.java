package dev.berth.supervisor.ssh;

import dev.berth.base.Problem;
import dev.berth.base.http.ByteStream;
import dev.berth.protocol.inside.SessionFrame;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The frames of one session. One thread reads; any number may write. */
final class Frames {
  /** A frame's bytes lie within {@code bytes}, from {@code from} on. */
  record Frame(byte kind, byte[] bytes, int from, int length) {
    String text() {
      return new String(bytes, from, length, StandardCharsets.UTF_8);
    }
  }

  private final ByteStream stream;

  /** What came and was not taken; from {@code at} on. */
  private byte[] chunk = {};

  private int at;

  /** What is still to come of a frame of data, which is handed on in the pieces that came. */
  private int rest;

  Frames(ByteStream stream) {
    this.stream = stream;
  }

  /** The next frame; empty at the end, also in the middle of one. */
  Optional<Frame> next() throws InterruptedException {
    if (rest > 0) return piece();
    if (!have(SessionFrame.HEAD_BYTES)) return Optional.empty();
    var head = ByteBuffer.wrap(chunk, at, SessionFrame.HEAD_BYTES);
    byte kind = head.get();
    int length = head.getInt();
    if (length < 0 || length > SessionFrame.BYTES_MAX) {
      throw new Problem.Invalid(
          "A frame of %d bytes is too long.".formatted(length), "Send several shorter ones.");
    }
    at += SessionFrame.HEAD_BYTES;
    if (kind == SessionFrame.DATA && length > 0) {
      rest = length;
      return piece();
    }
    if (!have(length)) return Optional.empty();
    var frame = new Frame(kind, chunk, at, length);
    at += length;
    return Optional.of(frame);
  }

  private Optional<Frame> piece() throws InterruptedException {
    if (!have(1)) return Optional.empty();
    int length = Math.min(rest, chunk.length - at);
    var frame = new Frame(SessionFrame.DATA, chunk, at, length);
    at += length;
    rest -= length;
    return Optional.of(frame);
  }

  private boolean have(int bytes) throws InterruptedException {
    while (chunk.length - at < bytes) {
      var more = stream.read();
      if (more.length == 0) return false;
      int left = chunk.length - at;
      if (left == 0) {
        chunk = more;
      } else {
        var joined = new byte[left + more.length];
        System.arraycopy(chunk, at, joined, 0, left);
        System.arraycopy(more, 0, joined, left, more.length);
        chunk = joined;
      }
      at = 0;
    }
    return true;
  }

  /** A buffer for {@link #send}, with room for a head before {@code bytes}. */
  static byte[] buffer(int bytes) {
    return new byte[SessionFrame.HEAD_BYTES + bytes];
  }

  /** Sends {@code length} bytes that stand behind the head's room in {@code buffer}. */
  void send(byte kind, byte[] buffer, int length) throws IOException, InterruptedException {
    ByteBuffer.wrap(buffer).put(kind).putInt(length);
    stream.write(buffer, 0, SessionFrame.HEAD_BYTES + length);
  }

  void send(byte kind, String text) throws IOException, InterruptedException {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    var buffer = buffer(bytes.length);
    System.arraycopy(bytes, 0, buffer, SessionFrame.HEAD_BYTES, bytes.length);
    send(kind, buffer, bytes.length);
  }
}
