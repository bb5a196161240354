package dev.berth.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.base.http.FreePorts;
import dev.berth.protocol.Endpoint;
import dev.berth.protocol.inside.PortPlan.Visibility;
import dev.berth.protocol.route.Pass;
import dev.berth.protocol.route.Route;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With a certificate: HTTP/2 and HTTP/1.1 over TLS to the visitor, HTTP/1.1 to what is inside. */
final class TlsTest {
  /**
   * A name that the hosts file of this test knows has it. Below those that the kernel gives to
   * clients: one of them may have it.
   */
  private static final int PORT = 7391;

  private static final String HOST = "octo-hello-abcdefghijk.ws.berth.localhost";

  @TempDir static Path folder;

  private static final AtomicInteger ADDRESSES = new AtomicInteger();

  private static Certificate certificate;
  private static Site site;
  private static HttpClient http2;

  /** Each test's own: the gateway keeps connections to the last test's, which is gone. */
  private final String address = ownAddress();

  @BeforeAll
  static void open() throws Exception {
    certificate = new Certificate(folder);
    int port = FreePorts.next();
    site =
        new Site(
            "https://berth.localhost:" + port,
            port,
            List.of(),
            Optional.of(certificate.files(folder)));
    http2 =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_2)
            .sslContext(certificate.context())
            .build();
  }

  @AfterAll
  static void close() {
    http2.shutdownNow();
    site.close();
  }

  /** No other run of the tests has it. */
  private static String ownAddress() {
    long pid = ProcessHandle.current().pid();
    return "127.%d.%d.%d".formatted(1 + (pid >> 8) % 250, pid & 255, ADDRESSES.incrementAndGet());
  }

  private static HttpRequest.Builder request(String host, String path) {
    return HttpRequest.newBuilder(
        URI.create("https://%s:%d%s".formatted(host, site.address().getPort(), path)));
  }

  /** A request to what listens on the workspace's port. */
  private static HttpRequest.Builder request(String path) {
    return request(PORT + "-" + HOST, path);
  }

  private Upstream app(Upstream.Talk talk) throws IOException {
    return Upstream.talking(new ServerSocket(PORT, 50, InetAddress.getByName(address)), talk);
  }

  private void serve(boolean https) {
    var upstream =
        new Route.Upstream(Site.INSTANCE, new Endpoint(address, 1), Site.TOKEN, Optional.empty());
    site.serve(
        new Route(
            Site.WORKSPACE,
            Site.ANNA,
            Optional.of(upstream),
            false,
            List.of(Site.plan(PORT, Visibility.PUBLIC, https))));
  }

  @Test
  void http2_streams_are_forwarded_as_http_1_requests() throws Exception {
    var chunked =
        """
        HTTP/1.1 200 OK\r
        Transfer-Encoding: chunked\r
        Connection: keep-alive, X-Hop\r
        X-Hop: 1\r
        Keep-Alive: timeout=5\r
        \r
        5\r
        hello\r
        0\r
        \r
        """;
    try (var app =
        app((wire, self) -> {
          self.heard.add(wire.answer());
          wire.say(chunked);
        })) {
      serve(false);

      var answer =
          http2.send(
              request("/a?b")
                  .header("cookie", "a=1; __Host-berth-ws=x; b=2")
                  .POST(BodyPublishers.ofString("body"))
                  .build(),
              BodyHandlers.ofString());

      assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
      assertThat(answer.body()).isEqualTo("hello");
      assertThat(answer.headers().map()).doesNotContainKeys("x-hop", "keep-alive", "connection");
      var seen = app.next();
      assertThat(seen.first()).isEqualTo("POST /a?b HTTP/1.1");
      assertThat(seen.body()).isEqualTo("body");
      assertThat(seen.all("host")).hasSize(1);
      assertThat(seen.header("cookie")).contains("a=1; b=2");
      assertThat(seen.header("x-forwarded-proto")).contains("https");
      assertThat(seen.headers()).noneMatch(line -> line.startsWith("x-http2"));
    }
  }

  @Test
  void large_bodies_pass_both_ways_over_http2() throws Exception {
    var body = new byte[10_000_000];
    Arrays.fill(body, (byte) 'x');
    try (var _ =
        app((wire, self) -> {
          var got = wire.answer();
          wire.say("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n".formatted(got.body().length()));
          wire.say(got.body());
        })) {
      serve(false);

      var answer =
          http2.send(
              request("/").POST(BodyPublishers.ofByteArray(body)).build(),
              BodyHandlers.ofByteArray());

      assertThat(answer.body()).isEqualTo(body);
    }
  }

  @Test
  void events_arrive_over_http2_when_they_are_sent() throws Exception {
    var heard = new CountDownLatch(1);
    try (var _ =
        app((wire, self) -> {
          wire.answer();
          wire.say("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n");
          heard.await();
          wire.say("data: 2\n\n");
        })) {
      serve(false);

      try (InputStream body =
          http2.send(request("/").build(), BodyHandlers.ofInputStream()).body()) {
        assertThat(body.readNBytes(9)).asString().isEqualTo("data: 1\n\n");
        heard.countDown();
        assertThat(body.readAllBytes()).asString().isEqualTo("data: 2\n\n");
      }
    }
  }

  @Test
  void the_cookie_is_bound_to_its_host_by_its_name_too() throws Exception {
    serve(false);
    var host = HOST + ":" + site.address().getPort();
    site.control.codes.put("c", new Pass(Site.ANNA, "s", host, Instant.now().plusSeconds(60)));

    var answer =
        http2.send(request(HOST, "/_berth/enter?code=c&to=/x").build(), BodyHandlers.ofString());

    assertThat(answer.statusCode()).isEqualTo(302);
    assertThat(answer.headers().firstValue("set-cookie").orElseThrow())
        .startsWith("__Host-berth-ws=")
        .contains("; Path=/;", "; HttpOnly", "; SameSite=Lax", "; Secure")
        .doesNotContain("Domain");
  }

  @Test
  void a_renewed_certificate_is_shown_without_a_restart(@TempDir Path renewed) throws Exception {
    var first = new Certificate(Files.createDirectory(renewed.resolve("first")));
    var files = first.files(renewed);
    try (var other = new Site("https://berth.localhost:8433", 0, List.of(), Optional.of(files))) {
      assertThat(shown(other, first)).isEqualTo(first.shown());

      Files.writeString(files.chain(), "-----BEGIN CERTIFICATE-----\nhalf of one");
      assertThat(shown(other, first)).isEqualTo(first.shown());
      var second = new Certificate(Files.createDirectory(renewed.resolve("second")));
      var next = second.files(Files.createDirectory(renewed.resolve("next")));
      Files.copy(next.chain(), files.chain(), StandardCopyOption.REPLACE_EXISTING);
      await().during(Duration.ofMillis(300)).until(() -> shown(other, first).equals(first.shown()));
      Files.copy(next.key(), files.key(), StandardCopyOption.REPLACE_EXISTING);

      await().ignoreExceptions().until(() -> shown(other, second).equals(second.shown()));
    }
  }

  private static java.security.cert.Certificate shown(Site site, Certificate trusted)
      throws Exception {
    try (var socket =
        (SSLSocket)
            trusted
                .context()
                .getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), site.address().getPort())) {
      socket.startHandshake();
      return socket.getSession().getPeerCertificates()[0];
    }
  }

  @Test
  void the_dashboard_is_served_over_http2_too() throws Exception {
    var answer = http2.send(request("berth.localhost", "/").build(), BodyHandlers.ofString());

    assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
    assertThat(answer.body()).isEqualTo("control: GET /");
  }

  @Test
  void a_websocket_opens_over_tls_and_echoes() throws Exception {
    try (var _ = app(EchoSocket::talk)) {
      serve(false);
      var heard = new LinkedBlockingQueue<String>();
      var socket =
          http2
              .newWebSocketBuilder()
              .buildAsync(
                  URI.create(request("/").build().uri().toString().replace("https", "wss")),
                  new WebSocket.Listener() {
                    @Override
                    public @Nullable CompletionStage<?> onText(
                        WebSocket socket, CharSequence text, boolean last) {
                      heard.add(text.toString());
                      socket.request(1);
                      return null;
                    }
                  })
              .get(10, TimeUnit.SECONDS);

      for (int i = 0; i < 20; i++) {
        socket.sendText("message " + i, true).get(10, TimeUnit.SECONDS);
        assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo("message " + i);
      }
      socket.abort();
    }
  }

  @Test
  void what_speaks_tls_inside_is_reached_whatever_its_certificate() throws Exception {
    try (var app =
        Upstream.talking(
            certificate
                .context()
                .getServerSocketFactory()
                .createServerSocket(PORT, 50, InetAddress.getByName(address)),
            (wire, self) -> {
              while (true) {
                self.heard.add(wire.answer());
                wire.say("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
              }
            })) {
      serve(true);

      var answer = http2.send(request("/").build(), BodyHandlers.ofString());

      assertThat(answer.body()).isEqualTo("ok");
      assertThat(app.next().first()).isEqualTo("GET / HTTP/1.1");
    }
  }
}
