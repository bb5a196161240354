package dev.berth.base.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.berth.base.http.WebSocket.Message;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a server says last comes to a client that is slow to read it, or still talking. */
final class LastWordsTest {
  private static final int PIECE_BYTES = 16 << 10;

  private static final byte[] HELLO = {(byte) 0x81, (byte) 0x82, 0, 0, 0, 0, 'h', 'i'};
  private static final byte[] CLOSE = {(byte) 0x88, (byte) 0x80, 0, 0, 0, 0};

  private final AtomicInteger pieces = new AtomicInteger();
  private final CountDownLatch full = new CountDownLatch(1);
  private final HttpServer server =
      HttpServer.open(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
          new HttpServer.Limits(1000, 100, 60),
          new Router()
              .on("GET", "/ends", _ -> new Response.Upgraded("raw", this::writeAndEnd))
              .on("GET", "/breaks", _ -> new Response.Upgraded("raw", this::writeAndBreak))
              .on("GET", "/socket", _ -> new Response.Socket(LastWordsTest::sayGoodbye)));

  @AfterEach
  void close() {
    server.close();
  }

  /** Writes for as long as there is room for it: then some of it has not left this process. */
  private void fill(ByteStream stream) {
    Thread.startVirtualThread(() -> {
      try {
        while (full.getCount() > 0) {
          stream.write(new byte[PIECE_BYTES], 0, PIECE_BYTES);
          pieces.incrementAndGet();
        }
      } catch (IOException | InterruptedException _) {
        // the test ends
      }
    });
    var before = new AtomicInteger();
    await().until(() -> pieces.get() > 0 && before.getAndSet(pieces.get()) == pieces.get());
    full.countDown();
  }

  private void writeAndEnd(ByteStream stream) throws IOException, InterruptedException {
    fill(stream);
    stream.endOutput();
    var _ = stream.read(); // until the client ends, too
  }

  private void writeAndBreak(ByteStream stream) throws InterruptedException {
    fill(stream);
    throw new InterruptedException("as who waits for more is woken when all is said");
  }

  private static void sayGoodbye(WebSocket socket) throws IOException, InterruptedException {
    assertThat(socket.receive()).contains(new Message.Text("hi"));
    socket.send("goodbye");
  }

  @Test
  void all_that_was_written_comes_before_the_end() throws Exception {
    assertThat(readLate("/ends")).isGreaterThanOrEqualTo((long) pieces.get() * PIECE_BYTES);
  }

  @Test
  void all_that_was_written_comes_though_the_handler_was_interrupted() throws Exception {
    assertThat(readLate("/breaks")).isGreaterThanOrEqualTo((long) pieces.get() * PIECE_BYTES);
  }

  /** How much comes to a client with little room that reads once there is room for no more. */
  private long readLate(String path) throws IOException, InterruptedException {
    try (var socket = new Socket()) {
      socket.setReceiveBufferSize(4096);
      connect(socket, path, "raw");
      full.await();
      return socket.getInputStream().readAllBytes().length;
    }
  }

  @Test
  void who_is_still_talking_is_not_cut_off_before_it_heard_the_close() throws Exception {
    try (var socket = new Socket()) {
      connect(socket, "/socket", "websocket");
      var input = socket.getInputStream();
      var output = socket.getOutputStream();
      output.write(HELLO);
      assertThat(input.readNBytes(2 + 7)).endsWith("goodbye".getBytes(StandardCharsets.US_ASCII));
      assertThat(input.readNBytes(4)).containsExactly(0x88, 2, 1000 >> 8, 1000 & 0xff);

      for (int i = 0; i < 10_000; i++) output.write(HELLO);
      output.write(CLOSE);

      assertThat(input.read()).isEqualTo(-1);
    }
  }

  @Test
  void who_never_answers_a_close_is_hung_up_on() throws Exception {
    try (var socket = new Socket()) {
      connect(socket, "/socket", "websocket");
      socket.getOutputStream().write(HELLO);
      assertThat(socket.getInputStream().readAllBytes()).hasSize(2 + 7 + 4);
      assertThatThrownBy(
              () -> {
                while (true) socket.getOutputStream().write(HELLO);
              })
          .isInstanceOf(IOException.class);
    }
  }

  private void connect(Socket socket, String path, String protocol) throws IOException {
    socket.setSoTimeout(60_000);
    socket.connect(server.address());
    var head =
        """
        GET %s HTTP/1.1\r
        Host: x\r
        Connection: Upgrade\r
        Upgrade: %s\r
        Sec-WebSocket-Version: 13\r
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
        \r
        """
            .formatted(path, protocol);
    socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
    var answer = new StringBuilder();
    while (!answer.toString().endsWith("\r\n\r\n")) {
      answer.append((char) socket.getInputStream().read());
    }
    assertThat(answer.toString()).startsWith("HTTP/1.1 101 ");
  }
}
