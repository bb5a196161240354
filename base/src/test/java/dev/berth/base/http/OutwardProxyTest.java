package dev.berth.base.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class OutwardProxyTest {
  private static final URI HTTP = URI.create("http://proxy.internal:3128");
  private static final URI HTTPS = URI.create("http://proxy.internal:3129");
  private final OutwardProxy proxy =
      new OutwardProxy(
          Optional.of(HTTP),
          Optional.of(HTTPS),
          List.of(".corp.example", "git.example.com", "203.0.113.0/24"));

  @Test
  void the_outside_is_asked_by_it() {
    assertThat(proxy.proxyFor(URI.create("http://example.com/a"))).contains(HTTP);
    assertThat(proxy.proxyFor(URI.create("https://example.com/a"))).contains(HTTPS);
    assertThat(proxy.proxyFor(URI.create("https://8.8.8.8/"))).contains(HTTPS);
    assertThat(proxy.proxyFor(URI.create("https://notcorp.example/"))).contains(HTTPS);
    assertThat(proxy.proxyFor(URI.create("https://172.32.0.1/"))).contains(HTTPS);
    assertThat(proxy.proxyFor(URI.create("https://[2a00:1450::1]/"))).contains(HTTPS);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://localhost:1/",
        "http://127.0.0.5/",
        "http://[::1]/",
        "http://10.244.0.9:22999/",
        "http://172.31.255.255/",
        "http://192.168.1.1/",
        "https://10.96.0.1/api",
        "http://169.254.169.254/",
        "http://[fd00::1]/",
        "https://kubernetes/",
        "http://berth-objects.berth.svc:8333/",
        "https://kubernetes.default.svc.cluster.local/",
        "https://a.corp.example/",
        "https://corp.example/",
        "https://git.example.com/x",
        "https://203.0.113.77/"
      })
  void what_is_inside_or_excepted_is_asked_straight(String uri) {
    assertThat(proxy.proxyFor(URI.create(uri))).isEmpty();
  }

  @Test
  void other_programs_are_told_the_same() {
    assertThat(proxy.variables())
        .containsEntry("http_proxy", HTTP.toString())
        .containsEntry("https_proxy", HTTPS.toString())
        .hasEntrySatisfying(
            "no_proxy",
            value ->
                assertThat(value.split(","))
                    .contains("localhost", "10.0.0.0/8", ".svc", ".corp.example"));
  }

  @Test
  void what_is_no_proxy_or_no_exception_is_refused() {
    for (var text :
        List.of("proxy:3128", "https://proxy:3128", "http://proxy/path", "socks5://p")) {
      assertThatThrownBy(() -> OutwardProxy.parse(text))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("http://host:port");
    }
    assertThatThrownBy(() -> OutwardProxy.parse("http://ada:secret@proxy:3128"))
        .hasMessageContaining("no login");
    for (var text : List.of("a b", "10.0.0.0/33", "10.0.0.0/x", "name/8", "http://x")) {
      assertThatThrownBy(() -> OutwardProxy.parseException(text))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void a_client_of_this_process_goes_by_it_to_names_that_only_the_proxy_knows() throws Exception {
    var outside = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 8);
    outside.createContext(
        "/",
        exchange -> {
          try (exchange) {
            exchange.sendResponseHeaders(204, -1);
          }
        });
    outside.start();
    var before = ProxySelector.getDefault();
    try (var logging = new LoggingProxy(outside.getAddress().getPort())) {
      new OutwardProxy(Optional.of(logging.address()), Optional.empty(), List.of()).begin();
      try (var client = HttpClient.newHttpClient()) {
        var question = HttpRequest.newBuilder(URI.create("http://only.outside.example/x")).build();
        assertThat(client.send(question, BodyHandlers.discarding()).statusCode()).isEqualTo(204);
        var inner =
            HttpRequest.newBuilder(
                    URI.create("http://127.0.0.1:%d/y".formatted(outside.getAddress().getPort())))
                .build();
        assertThat(client.send(inner, BodyHandlers.discarding()).statusCode()).isEqualTo(204);
      }
      assertThat(logging.asked()).containsExactly("GET http://only.outside.example/x HTTP/1.1");
    } finally {
      ProxySelector.setDefault(before);
      outside.stop(0);
    }
  }
}
