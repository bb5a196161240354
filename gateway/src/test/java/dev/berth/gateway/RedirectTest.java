package dev.berth.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The door without TLS, whose visitors are led to the one with it. */
@Timeout(60)
final class RedirectTest {
  private static Heard ask(Site site, String method, String host, String target) {
    try (var wire = site.redirect()) {
      wire.say("%s %s HTTP/1.1\r\nHost: %s\r\nCookie: a=b\r\n\r\n".formatted(method, target, host));
      var answer = method.equals("HEAD") ? wire.answerToHead() : wire.answer();
      assertThat(wire.isHungUp()).isTrue();
      assertThat(answer.header("set-cookie")).isEmpty();
      return answer;
    }
  }

  @ParameterizedTest(name = "{0} {1} {2}")
  @CsvSource({
    "GET, berth.example.com, /, https://berth.example.com/",
    "GET, Berth.Example.com:80, /a?b=c%20d#, https://berth.example.com/a?b=c%20d#",
    "HEAD, berth.example.com., /x, https://berth.example.com/x",
    "POST, berth.example.com:30080, /api/v1/me, https://berth.example.com/api/v1/me",
    "GET, octo-hello-abcdefghijk.ws.berth.example.com, //evil.example, https://octo-hello-abcdefghijk.ws.berth.example.com//evil.example",
    "GET, 3000-octo-hello-abcdefghijk.ws.berth.example.com, /, https://3000-octo-hello-abcdefghijk.ws.berth.example.com/",
    "GET, berth.example.com, http://berth.example.com/a, https://berth.example.com/a",
    "GET, open-vsx.berth.example.com, /, https://open-vsx.berth.example.com/",
  })
  void what_is_ours_is_led_to_the_same_place_by_tls(
      String method, String host, String target, String location) throws Exception {
    try (var site = Site.redirecting("https://berth.example.com")) {
      var answer = ask(site, method, host, target);

      assertThat(answer.status()).isEqualTo(308);
      assertThat(answer.header("location")).contains(location);
      assertThat(answer.body()).isEmpty();
    }
  }

  @Test
  void another_port_is_named_where_browsers_need_it() throws Exception {
    try (var site = Site.redirecting("https://berth.example.com:30443")) {
      assertThat(ask(site, "GET", "berth.example.com:30080", "/a").header("location"))
          .contains("https://berth.example.com:30443/a");
    }
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({
    "evil.example, /, 404",
    "berth.example.com.evil.example, /, 404",
    "ws.berth.example.com, /, 404",
    "127.0.0.1, /, 404",
    "localhost, /, 404",
    "[::1]:80, /, 404",
    "berth.example.com, http://evil.example/, 400",
    "berth.example.com, *, 400",
    "'berth.example.com, berth.example.com', /, 404",
  })
  void nothing_else_is_answered(String host, String target, int status) throws Exception {
    try (var site = Site.redirecting("https://berth.example.com")) {
      var answer = ask(site, "GET", host, target);

      assertThat(answer.status()).isEqualTo(status);
      assertThat(answer.header("location")).isEmpty();
    }
  }

  @Test
  void what_is_no_request_or_says_no_host_is_refused() throws Exception {
    try (var site = Site.redirecting("https://berth.example.com");
        var garbage = site.redirect();
        var nameless = site.redirect()) {
      garbage.say("\u0016\u0003\u0001 no http\r\n\r\n");
      nameless.say("GET / HTTP/1.1\r\n\r\n");

      assertThat(garbage.answer().status()).isEqualTo(400);
      assertThat(nameless.answer().status()).isEqualTo(400);
    }
  }

  @Test
  void nothing_of_it_reaches_control_and_the_other_door_is_as_before() throws Exception {
    try (var site = Site.redirecting("https://berth.example.com")) {
      ask(site, "GET", "berth.example.com", "/api/v1/me");

      // Without TLS at this gateway, as behind a proxy that ends it.
      assertThat(site.get("berth.example.com", "/api/v1/me", "").status()).isEqualTo(200);
    }
  }

  @Test
  void it_closes_with_a_drain() throws Exception {
    try (var site = Site.redirecting("https://berth.example.com")) {
      var at = site.gateway.redirects().getFirst();

      site.gateway.drain(Duration.ofSeconds(1));

      assertThatThrownBy(() -> SocketChannel.open(at).close()).isInstanceOf(IOException.class);
    }
  }
}
