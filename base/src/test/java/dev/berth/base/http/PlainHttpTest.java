package dev.berth.base.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Test;

final class PlainHttpTest {
  @Test
  void a_plain_server_is_asked_and_https_is_refused() throws Exception {
    var loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    var hello = new Router().on("GET", "/", _ -> Response.text(200, "hello"));
    try (var server = HttpServer.open(loopback, HttpServer.Limits.DEFAULT, hello);
        var client = PlainHttp.client().build()) {
      var address = "127.0.0.1:" + server.address().getPort() + "/";
      var answer = client.send(request("http://" + address), BodyHandlers.ofString());

      assertThat(answer.body()).isEqualTo("hello");
      assertThatThrownBy(() -> client.send(request("https://" + address), BodyHandlers.ofString()))
          .hasStackTraceContaining("plain HTTP");
    }
  }

  private static HttpRequest request(String address) {
    return HttpRequest.newBuilder(URI.create(address)).build();
  }
}
