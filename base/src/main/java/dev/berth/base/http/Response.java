package dev.berth.base.http;

import dev.berth.base.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** The answer to a request. */
public sealed interface Response {
  /** A body that is at hand. */
  record Whole(int status, List<Header> headers, byte[] body) implements Response {
    public Whole {
      headers = List.copyOf(headers);
    }

    /** The same with one more header. */
    public Whole with(String name, String value) {
      var more = new ArrayList<>(headers);
      more.add(new Header(name, value));
      return new Whole(status, more, body);
    }
  }

  /**
   * A body that is written piece by piece.
   *
   * @param length of the whole; where it is not known the body is sent in chunks
   */
  record Streamed(int status, List<Header> headers, OptionalLong length, BodySource source)
      implements Response {
    public Streamed {
      headers = List.copyOf(headers);
    }
  }

  /** A stream of server-sent events. */
  record Events(EventSource source) implements Response {}

  /** A WebSocket; 400 to a request that asks for none. */
  record Socket(SocketHandler handler) implements Response {}

  /** 101 to the named protocol, then raw bytes; 426 to a request that does not ask for it. */
  record Upgraded(String protocol, StreamHandler handler) implements Response {}

  /**
   * Writes a body and returns at its end. Where it throws, or writes less than was said, the
   * connection is closed, so that nobody takes a part for the whole. It is interrupted when the
   * client is gone.
   */
  interface BodySource {
    void writeTo(BodySink sink) throws IOException, InterruptedException;
  }

  /** Where a body goes; each call waits until the bytes are on their way. */
  interface BodySink {
    void write(byte[] bytes, int offset, int length) throws IOException, InterruptedException;
  }

  /** Writes events until it returns, throws, or the client is gone (then it is interrupted). */
  interface EventSource {
    void run(EventSink sink) throws IOException, InterruptedException;
  }

  /** Where events go; each call waits until the bytes are on their way. */
  interface EventSink {
    /** Sends one event; {@code data} may have several lines. */
    void data(String data) throws IOException, InterruptedException;

    /** Sends a comment, which keeps proxies from giving up on the stream. */
    void keepAlive() throws IOException, InterruptedException;
  }

  /** Talks over a WebSocket until it returns; then the socket is closed. */
  interface SocketHandler {
    void serve(WebSocket socket) throws IOException, InterruptedException;
  }

  /** Talks over raw bytes until it returns; then the connection is closed. */
  interface StreamHandler {
    void serve(ByteStream stream) throws IOException, InterruptedException;
  }

  /** {@code value} as JSON. */
  static Whole json(int status, Object value) {
    return new Whole(
        status,
        List.of(
            new Header("content-type", "application/json"),
            new Header("cache-control", "no-store")),
        Json.bytes(value));
  }

  /** {@code text} as UTF-8. */
  static Whole text(int status, String text) {
    return new Whole(
        status,
        List.of(
            new Header("content-type", "text/plain; charset=utf-8"),
            new Header("cache-control", "no-store")),
        text.getBytes(StandardCharsets.UTF_8));
  }

  /** No body. */
  static Whole empty(int status) {
    return new Whole(status, List.of(), new byte[0]);
  }

  /** 303: the browser goes on with a GET of {@code location}. */
  static Whole seeOther(String location) {
    return empty(303).with("location", location).with("cache-control", "no-store");
  }
}
