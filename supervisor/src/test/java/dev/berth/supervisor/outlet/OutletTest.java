package dev.berth.supervisor.outlet;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.base.http.HttpServer;
import dev.berth.base.http.Router;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Real sockets: programs of the instance on the one side, a gateway on the other. */
final class OutletTest {
  private static final InetSocketAddress FREE =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  private final Outlet outlet = Outlet.open(FREE).orElseThrow();
  private final HttpServer server =
      HttpServer.open(
          FREE,
          HttpServer.Limits.DEFAULT,
          new Router().on("GET", "/outlet", _ -> outlet.offered()));

  @AfterEach
  void close() {
    server.close();
    outlet.close();
  }

  private Socket program() throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), outlet.port());
  }

  /** What a gateway does: the upgrade, and nothing more until somebody comes. */
  private Socket offer() throws IOException {
    var socket = new Socket(InetAddress.getLoopbackAddress(), server.address().getPort());
    socket.setSoTimeout(20_000);
    var ask =
        "GET /outlet HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: berth-outlet\r\n\r\n";
    socket.getOutputStream().write(ask.getBytes(US_ASCII));
    var head = new StringBuilder();
    while (!head.toString().endsWith("\r\n\r\n"))
      head.append((char) socket.getInputStream().read());
    assertThat(head.toString()).startsWith("HTTP/1.1 101 ");
    return socket;
  }

  private static void say(Socket socket, String words) throws IOException {
    socket.getOutputStream().write(words.getBytes(US_ASCII));
  }

  private static String hear(Socket socket, int length) throws IOException {
    return new String(socket.getInputStream().readNBytes(length), US_ASCII);
  }

  @Test
  void who_comes_before_anybody_offers_waits_and_is_carried_both_ways() throws Exception {
    try (var program = program()) {
      say(program, "question");
      try (var gateway = offer()) {
        assertThat(hear(gateway, 8)).isEqualTo("question");
        say(gateway, "answer");
        assertThat(hear(program, 6)).isEqualTo("answer");
        gateway.shutdownOutput();
        assertThat(program.getInputStream().read()).isNegative();
      }
    }
  }

  @Test
  void each_offer_carries_one() throws Exception {
    try (var one = program();
        var other = program();
        var first = offer()) {
      say(one, "1");
      say(other, "2");
      var heard = hear(first, 1);
      try (var second = offer()) {
        assertThat(heard + hear(second, 1)).isEqualTo("12");
      }
    }
  }

  @Test
  void an_offer_that_was_taken_back_takes_nobody_along() throws Exception {
    for (int i = 0; i < 6; i++) {
      try (var lost = offer()) {
        lost.shutdownOutput(); // as a gateway that ends: gone once its end was heard
        assertThat(lost.getInputStream().read()).isNegative();
      }
    }
    try (var program = program();
        var gateway = offer()) {
      say(program, "question");
      assertThat(hear(gateway, 8)).isEqualTo("question");
    }
  }

  @Test
  void a_large_answer_comes_whole() throws Exception {
    var bytes = new byte[5_000_000];
    new Random(7).nextBytes(bytes);
    try (var program = program();
        var gateway = offer()) {
      say(program, "?");
      hear(gateway, 1);
      var writing =
          Thread.ofVirtual()
              .start(() -> {
                try (gateway) {
                  gateway.getOutputStream().write(bytes);
                } catch (IOException _) {
                  // The comparison below tells.
                }
              });
      assertThat(program.getInputStream().readAllBytes()).isEqualTo(bytes);
      writing.join();
    }
  }

  @Test
  void where_its_address_is_taken_there_is_none_and_nothing_else_fails() throws Exception {
    var taken = new InetSocketAddress(InetAddress.getLoopbackAddress(), outlet.port());
    assertThat(Outlet.open(taken)).isEmpty();
  }
}
