package dev.berth.runtime.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.berth.registry.pull.Platform;
import dev.berth.registry.pull.RegistryAccess;
import dev.berth.registry.pull.RegistryClient;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ImageWordsTest {
  private final CountDownLatch answered = new CountDownLatch(1);

  @Test
  @Timeout(60)
  void registries_that_are_silent_do_not_silence_the_others_for_long() throws Exception {
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            exchange.sendResponseHeaders(404, -1);
            answered.countDown();
          }
        });
    server.start();
    try (var silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      var silently = "127.0.0.1:" + silent.getLocalPort();
      var loudly = "127.0.0.1:" + server.getAddress().getPort();
      var access = RegistryAccess.plain(Set.of(silently, loudly));
      try (var client = RegistryClient.open(access, Platform.here())) {
        var words = new ImageWords(client, Duration.ofMillis(1), Duration.ofMillis(500));
        for (int i = 0; i < 20; i++) words.of(silently + "/a/b:" + i);

        words.of(loudly + "/a/b:1");

        assertThat(answered.await(50, TimeUnit.SECONDS)).isTrue();
      }
    } finally {
      server.stop(0);
    }
  }

  @Test
  @Timeout(20)
  void what_a_registry_says_in_no_known_letters_is_not_taken_for_an_answer() throws Exception {
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            exchange
                .getResponseHeaders()
                .set("Content-Type", "application/vnd.oci.image.index.v1+json");
            exchange.sendResponseHeaders(200, 4);
            exchange.getResponseBody().write(new byte[] {0, 0, 0x7b, 0});
          }
        });
    server.start();
    var host = "127.0.0.1:" + server.getAddress().getPort();
    try (var client = RegistryClient.open(RegistryAccess.plain(Set.of(host)), Platform.here())) {
      var words = new ImageWords(client, Duration.ofSeconds(5));

      assertThat(words.of(host + "/a/b:1")).isEmpty();
      assertThat(words.of(host + "/a/b:1")).isEmpty();
    } finally {
      server.stop(0);
    }
  }

  @Test
  @Timeout(20)
  void a_registry_that_is_silent_or_not_there_delays_no_start_for_long() throws Exception {
    try (var silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      var silently = "127.0.0.1:" + silent.getLocalPort();
      var nowhere = "127.0.0.1:1"; // nobody listens there
      var access = RegistryAccess.plain(Set.of(silently, nowhere));
      try (var client = RegistryClient.open(access, Platform.here())) {
        var words = new ImageWords(client, Duration.ofMillis(300));

        assertThat(words.of(silently + "/a/b:1")).isEmpty();
        assertThat(words.of(nowhere + "/a/b:1")).isEmpty();
        assertThat(words.of("Not An Image")).isEmpty();
      }
    }
  }
}
