package dev.berth.gateway;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;

/** A connection on which a test says exactly the bytes it means. */
final class Wire implements AutoCloseable {
  /** Longer than anything that a test waits for. */
  private static final int PATIENCE_MILLIS = 10_000;

  final Socket socket;
  final InputStream in;

  Wire(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.setTcpNoDelay(true);
    in = new BufferedInputStream(socket.getInputStream(), 64 << 10);
  }

  static Wire to(InetSocketAddress address) {
    try {
      var socket = new Socket();
      socket.connect(address, PATIENCE_MILLIS);
      return new Wire(socket);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The same, from another address of this machine. */
  static Wire to(InetSocketAddress address, String from) {
    try {
      var socket = new Socket();
      socket.bind(new InetSocketAddress(from, 0));
      socket.connect(address, PATIENCE_MILLIS);
      return new Wire(socket);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Wire say(String text) {
    try {
      socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether any of an answer is there. */
  boolean hasAnswer() {
    try {
      return in.available() > 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The next answer, whole. */
  Heard answer() {
    return message(false);
  }

  /** The next answer, to HEAD. */
  Heard answerToHead() {
    return message(true);
  }

  /** Its first line and headers only. */
  Heard head() {
    try {
      var first = line();
      var headers = new ArrayList<String>();
      for (var line = line(); !line.isEmpty(); line = line()) headers.add(line);
      return new Heard(first, headers, "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Heard message(boolean noBody) {
    try {
      var head = head();
      var body = noBody ? "" : body(head);
      return new Heard(head.first(), head.headers(), body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String body(Heard head) throws IOException {
    boolean answer = head.first().startsWith("HTTP/");
    int status = answer ? head.status() : 0;
    if (status == 204 || status == 304 || status / 100 == 1) return "";
    if (head.header("transfer-encoding").isPresent()) return chunked();
    var length = head.header("content-length");
    if (length.isPresent()) return bytes(Integer.parseInt(length.get()));
    return answer ? new String(in.readAllBytes(), StandardCharsets.ISO_8859_1) : "";
  }

  /** A chunked body; trailers are put behind it, a line each. */
  private String chunked() throws IOException {
    var text = new StringBuilder();
    for (int size = size(); size > 0; size = size()) {
      text.append(bytes(size));
      line();
    }
    for (var line = line(); !line.isEmpty(); line = line()) text.append('\n').append(line);
    return text.toString();
  }

  private int size() throws IOException {
    return Integer.parseInt(line().split(";")[0], 16);
  }

  String bytes(int count) throws IOException {
    var bytes = in.readNBytes(count);
    if (bytes.length < count) throw new EOFException("cut after " + bytes.length);
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  String line() throws IOException {
    var text = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) throw new EOFException("cut in a line: " + text);
      if (c != '\r') text.append((char) c);
    }
    return text.toString();
  }

  /** Whether the other side hangs up, however it does. */
  boolean isHungUp() {
    try {
      return in.read() < 0;
    } catch (java.net.SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
