package dev.berth.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.base.http.FreePorts;
import dev.berth.protocol.inside.PortPlan.Visibility;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How a request and its answer are carried between a visitor and what listens on a port. */
final class ForwardingTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

  private Site site;

  @BeforeEach
  void open() throws IOException {
    site = new Site();
  }

  @AfterEach
  void close() {
    site.close();
  }

  /** Makes {@code app} a public port of the workspace, whose supervisor is away. */
  private String serve(Upstream app) {
    site.serve(Site.route(1, Site.plan(app.port(), Visibility.PUBLIC, false)));
    return Site.host(app.port());
  }

  private static String get(String host, String headers) {
    return "GET / HTTP/1.1\r\nHost: " + host + "\r\n" + headers + "\r\n";
  }

  @Test
  void the_app_sees_the_visitors_headers_without_ours_and_with_the_truth_about_where_it_came_from()
      throws Exception {
    try (var app = Upstream.answering(OK)) {
      var host = serve(app);

      site.get(
          host,
          "/a%20b?c",
          """
          Cookie: a=1; __Host-berth-ws=x.y; b=2; berth-ws=z; berth-session=s\r
          Authorization: Basic abc\r
          X-Gitpod-Owner-Token: wrong\r
          X-Forwarded-For: 6.6.6.6\r
          X-Forwarded-Host: evil.example\r
          X-Forwarded-Proto: https\r
          Forwarded: for=6.6.6.6\r
          X-Real-IP: 6.6.6.6\r
          Connection: keep-alive, X-Drop-Me\r
          X-Drop-Me: 1\r
          Keep-Alive: timeout=5\r
          Proxy-Authorization: x\r
          TE: trailers, gzip\r
          Accept: */*\r
          """);

      var seen = app.next();
      assertThat(seen.first()).isEqualTo("GET /a%20b?c HTTP/1.1");
      assertThat(seen.headers())
          .map(String::toLowerCase)
          .containsExactlyInAnyOrder(
              "host: " + host,
              "cookie: a=1; b=2",
              "authorization: basic abc",
              "te: trailers",
              "accept: */*",
              "x-forwarded-for: 127.0.0.1",
              "x-forwarded-host: " + host,
              "x-forwarded-proto: http",
              "x-forwarded-port: 8433");
    }
  }

  @Test
  void a_workspace_cannot_set_a_cookie_beyond_its_own_host_nor_one_of_ours() throws Exception {
    var answer =
        """
        HTTP/1.1 200 OK\r
        Content-Length: 0\r
        Set-Cookie: a=domain; Path=/; Domain=ws.berth.localhost; HttpOnly\r
        Set-Cookie: b=2;DOMAIN = .berth.localhost\r
        Set-Cookie: __Host-berth-ws=stolen; Path=/; Secure\r
        Set-Cookie: berth-ws=stolen\r
        X-Frame-Options: DENY\r
        Connection: X-Hop\r
        X-Hop: 1\r
        Keep-Alive: timeout=5\r
        \r
        """;
    try (var app = Upstream.answering(answer)) {
      var got = site.get(serve(app), "/", "");

      assertThat(got.headers())
          .containsExactlyInAnyOrder(
              "Content-Length: 0", "set-cookie: a=domain; Path=/; HttpOnly", "set-cookie: b=2");
    }
  }

  @Test
  void the_supervisor_gets_the_instances_token_in_place_of_what_the_visitor_sent()
      throws Exception {
    try (var supervisor = Upstream.answering(OK)) {
      site.serve(Site.route(supervisor.port()));

      site.get(
          Site.host(Site.WORKSPACE),
          "/_supervisor/v1/status",
          Site.token() + "Authorization: Bearer mine\r\n");

      var seen = supervisor.next();
      assertThat(seen.all("authorization")).containsExactly("Bearer " + Site.TOKEN);
      assertThat(seen.header("x-gitpod-owner-token")).isEmpty();
    }
  }

  @Test
  void connections_are_kept_on_both_sides() throws Exception {
    try (var app = Upstream.answering(OK);
        var wire = site.wire()) {
      var host = serve(app);

      for (int i = 0; i < 20; i++) {
        assertThat(wire.say(get(host, "")).answer().body()).isEqualTo("ok");
      }

      assertThat(app.connections).hasValue(1);
    }
  }

  @Test
  void pipelined_requests_are_answered_in_order() throws Exception {
    try (var app = Upstream.answering(OK);
        var wire = site.wire()) {
      var host = serve(app);

      wire.say(
          get(host, "")
              + "GET /nothing HTTP/1.1\r\nHost: evil.example\r\n\r\n"
              + "POST /2 HTTP/1.1\r\nHost: %s\r\nContent-Length: 3\r\n\r\nabc".formatted(host)
              + get(host, ""));

      assertThat(wire.answer().status()).isEqualTo(200);
      assertThat(wire.answer().status()).isEqualTo(421);
      assertThat(wire.answer().status()).isEqualTo(200);
      assertThat(wire.answer().status()).isEqualTo(200);
      assertThat(app.next().first()).startsWith("GET / ");
      assertThat(app.next().body()).isEqualTo("abc");
    }
  }

  @Test
  void a_thousand_pipelined_requests_of_one_packet_are_all_answered() {
    try (var wire = site.wire()) {
      wire.say(get("evil.example", "").repeat(1000));

      for (int i = 0; i < 1000; i++) assertThat(wire.answer().status()).isEqualTo(421);
    }
  }

  @Test
  void chunks_and_trailers_pass_both_ways() throws Exception {
    var answer =
        """
        HTTP/1.1 200 OK\r
        Transfer-Encoding: chunked\r
        Trailer: X-Sum\r
        \r
        3\r
        abc\r
        2\r
        de\r
        0\r
        X-Sum: 5\r
        \r
        """;
    try (var app = Upstream.answering(answer);
        var wire = site.wire()) {
      var host = serve(app);

      wire.say(
          "POST / HTTP/1.1\r\nHost: %s\r\nTransfer-Encoding: chunked\r\n\r\n".formatted(host)
              + "2\r\nxy\r\n0\r\nX-Up: 1\r\n\r\n");

      assertThat(app.next().body()).isEqualToIgnoringCase("xy\nx-up: 1");
      assertThat(wire.answer().body()).isEqualToIgnoringCase("abcde\nx-sum: 5");
    }
  }

  @Test
  void an_answer_that_ends_with_the_connection_is_whole_and_the_visitor_may_go_on()
      throws Exception {
    try (var app =
            Upstream.talking((wire, self) -> {
              wire.answer();
              wire.say("HTTP/1.0 200 OK\r\n\r\nall of it");
            });
        var wire = site.wire()) {
      var host = serve(app);

      assertThat(wire.say(get(host, "")).answer().body()).isEqualTo("all of it");
      assertThat(wire.say(get(host, "")).answer().body()).isEqualTo("all of it");
    }
  }

  @Test
  void an_answer_that_is_cut_short_is_not_made_to_look_whole() throws Exception {
    try (var app =
            Upstream.talking((wire, self) -> {
              wire.answer();
              wire.say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
            });
        var wire = site.wire()) {
      wire.say(get(serve(app), ""));

      assertThat(wire.head().status()).isEqualTo(200);
      assertThat(wire.line()).isEqualTo("3");
      assertThat(wire.bytes(5)).isEqualTo("abc\r\n");
      assertThat(wire.isHungUp()).isTrue();
    }
  }

  @Test
  void head_and_304_have_no_body_whatever_their_length_says() throws Exception {
    try (var app =
            Upstream.talking((wire, self) -> {
              while (true) {
                var request = wire.answer();
                var status = request.first().startsWith("HEAD") ? "200 OK" : "304 Not Modified";
                wire.say("HTTP/1.1 " + status + "\r\nContent-Length: 5\r\n\r\n");
              }
            });
        var wire = site.wire()) {
      var host = serve(app);

      wire.say("HEAD / HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
      assertThat(wire.answerToHead().header("content-length")).contains("5");
      assertThat(wire.say(get(host, "")).answer().status()).isEqualTo(304);
      wire.say("HEAD / HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
      assertThat(wire.answerToHead().status()).isEqualTo(200);
      assertThat(app.connections).hasValue(1);
    }
  }

  @Test
  void http_1_0_gets_no_chunks() throws Exception {
    try (var app =
            Upstream.answering(
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
        var wire = site.wire()) {
      wire.say("GET / HTTP/1.0\r\nHost: " + serve(app) + "\r\n\r\n");

      var answer = wire.answer();
      assertThat(answer.header("transfer-encoding")).isEmpty();
      assertThat(answer.body()).isEqualTo("abc");
    }
  }

  @Test
  void one_who_waits_for_100_continue_gets_it_from_the_app() throws Exception {
    try (var app =
            Upstream.talking((wire, self) -> {
              wire.head();
              wire.say("HTTP/1.1 100 Continue\r\n\r\n");
              wire.say("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
              self.heard.add(new Heard("", List.of(), wire.bytes(4)));
              wire.say(OK);
            });
        var wire = site.wire()) {
      wire.say(
          "POST / HTTP/1.1\r\nHost: %s\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n"
              .formatted(serve(app)));

      assertThat(wire.answer().status()).isEqualTo(100);
      assertThat(wire.answer().header("link")).contains("</a>");
      wire.say("body");
      assertThat(wire.answer().body()).isEqualTo("ok");
      assertThat(app.next().body()).isEqualTo("body");
    }
  }

  @Test
  void an_answer_before_the_end_of_the_request_arrives_and_ends_the_connection() throws Exception {
    try (var app =
            Upstream.talking((wire, self) -> {
              wire.head();
              wire.say("HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno");
              Thread.sleep(5000);
            });
        var wire = site.wire()) {
      wire.say(
          "POST / HTTP/1.1\r\nHost: %s\r\nContent-Length: 4000000\r\n\r\n".formatted(serve(app)));
      wire.say("x".repeat(100_000));

      var answer = wire.answer();

      assertThat(answer.status()).isEqualTo(413);
      assertThat(answer.header("connection")).contains("close");
      assertThat(wire.isHungUp()).isTrue();
    }
  }

  @Test
  void events_arrive_when_they_are_sent() throws Exception {
    var heard = new CountDownLatch(1);
    try (var app =
            Upstream.talking((wire, self) -> {
              wire.answer();
              wire.say("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n");
              wire.say("data: 1\n\n");
              heard.await();
              wire.say("data: 2\n\n");
            });
        var wire = site.wire()) {
      wire.say(get(serve(app), ""));
      wire.head();

      assertThat(wire.line()).isEqualTo("9");
      assertThat(wire.bytes(11)).isEqualTo("data: 1\n\n\r\n");
      heard.countDown(); // the second is only sent once the first was here
      assertThat(wire.line()).isEqualTo("9");
      assertThat(wire.bytes(11)).isEqualTo("data: 2\n\n\r\n");
    }
  }

  @Test
  void an_upgraded_connection_carries_bytes_both_ways_and_each_side_may_end_first()
      throws Exception {
    try (var app =
            Upstream.talking((wire, self) -> {
              self.heard.add(wire.answer());
              wire.say(
                  "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\n"
                      + "Upgrade: tea\r\n\r\nhello");
              var all = new String(wire.in.readAllBytes(), StandardCharsets.US_ASCII);
              wire.say("you said " + all);
            });
        var wire = site.wire()) {
      wire.say(get(serve(app), "Connection: keep-alive, Upgrade\r\nUpgrade: tea\r\n"));

      var head = wire.head();
      assertThat(head.status()).isEqualTo(101);
      assertThat(head.header("upgrade")).contains("tea");
      assertThat(wire.bytes(5)).isEqualTo("hello");
      wire.say("GET / HTTP/1.1\r\n\r\n");
      wire.socket.shutdownOutput();
      assertThat(wire.bytes(27)).isEqualTo("you said GET / HTTP/1.1\r\n\r\n");
      assertThat(wire.isHungUp()).isTrue();
      assertThat(app.next().header("upgrade")).contains("tea");
    }
  }

  @Test
  void a_refused_upgrade_is_an_ordinary_answer() throws Exception {
    try (var app = Upstream.answering(OK);
        var wire = site.wire()) {
      var host = serve(app);

      assertThat(wire.say(get(host, "Connection: Upgrade\r\nUpgrade: tea\r\n")).answer().body())
          .isEqualTo("ok");
      assertThat(wire.say(get(host, "")).answer().body()).isEqualTo("ok");
    }
  }

  @Test
  void a_connection_that_died_while_it_was_kept_is_not_noticed() throws Exception {
    try (var app =
            Upstream.talking((wire, self) -> {
              wire.answer();
              wire.say(OK); // and hangs up without a word
            });
        var wire = site.wire()) {
      var host = serve(app);

      for (int i = 0; i < 50; i++) {
        assertThat(wire.say(get(host, "")).answer().status()).isEqualTo(200);
      }
    }
  }

  @Test
  void a_hundred_megabytes_go_up_and_down_past_a_slow_reader_in_bounded_memory() throws Exception {
    long size = 100_000_000;
    var received = new AtomicLong();
    try (var app =
        Upstream.talking((wire, self) -> {
          wire.head();
          wire.say("HTTP/1.1 200 OK\r\nContent-Length: " + size + "\r\n\r\n");
          var echo = new byte[64 << 10];
          while (received.get() < size) {
            int count = wire.in.read(echo);
            if (count < 0) return;
            wire.socket.getOutputStream().write(echo, 0, count);
            received.addAndGet(count);
          }
        })) {
      var host = serve(app);
      try (var wire = site.wire()) {
        wire.say("POST / HTTP/1.1\r\nHost: %s\r\nContent-Length: %d\r\n\r\n".formatted(host, size));
        var writer = Thread.ofVirtual().start(() -> pump(wire, size));
        assertThat(wire.head().status()).isEqualTo(200);

        // Nobody reads: what is on its way must come to a halt in the sockets' buffers.
        Awaitility.await().until(() -> received.get() > 0);
        var before = new AtomicLong(-1);
        Awaitility.await()
            .pollInterval(Duration.ofMillis(300))
            .until(() -> before.getAndSet(received.get()) == received.get());
        assertThat(received.get()).isLessThan(40_000_000);

        long read = 0;
        long sum = 0;
        var buffer = new byte[256 << 10];
        while (read < size) {
          int count = wire.in.read(buffer);
          assertThat(count).isPositive();
          for (int i = 0; i < count; i += 4096) sum += buffer[i];
          read += count;
        }
        assertThat(sum).isNotZero();
        writer.join();
      }
    }
  }

  private static void pump(Wire wire, long size) {
    var bytes = new byte[64 << 10];
    Arrays.fill(bytes, (byte) 7);
    try {
      OutputStream out = wire.socket.getOutputStream();
      for (long sent = 0; sent < size; sent += bytes.length) {
        out.write(bytes, 0, (int) Math.min(bytes.length, size - sent));
      }
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // How a port is reached.

  /** A supervisor that tunnels to whatever {@code app} is, or says that nothing listens. */
  private static Upstream supervisor(Upstream.Talk app, boolean listens) {
    return Upstream.talking((wire, self) -> {
      var request = wire.answer();
      self.heard.add(request);
      if (!listens) {
        wire.say("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n");
        return;
      }
      wire.say("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n");
      wire.say("Upgrade: berth-tunnel\r\n\r\n");
      app.with(wire, self);
    });
  }

  @Test
  void what_refuses_from_outside_is_reached_through_the_supervisor_and_kept() throws Exception {
    int port = FreePorts.next();
    try (var supervisor =
            supervisor(
                (wire, self) -> {
                  while (true) {
                    self.heard.add(wire.answer());
                    wire.say(OK);
                  }
                },
                true);
        var wire = site.wire()) {
      site.serve(Site.route(supervisor.port()));

      for (int i = 0; i < 3; i++) {
        assertThat(wire.say(get(Site.host(port), Site.token())).answer().body()).isEqualTo("ok");
      }

      var tunnel = supervisor.next();
      assertThat(tunnel.first()).isEqualTo("GET /_supervisor/v1/tunnel/" + port + " HTTP/1.1");
      assertThat(tunnel.header("authorization")).contains("Bearer " + Site.TOKEN);
      assertThat(supervisor.next().header("host")).contains(Site.host(port));
      assertThat(supervisor.connections).hasValue(1);
    }
  }

  @Test
  void where_nothing_listens_a_page_says_so_and_waits() throws Exception {
    int port = FreePorts.next();
    try (var supervisor = supervisor((_, _) -> {}, false)) {
      site.serve(Site.route(supervisor.port()));

      var page = site.get(Site.host(port), "/", Site.token() + "Accept: text/html\r\n");
      var json = site.get(Site.host(port), "/", Site.token());

      assertThat(page.status()).isEqualTo(502);
      assertThat(page.header("content-type")).contains("text/html; charset=utf-8");
      assertThat(page.body()).contains("Nothing listens on port " + port, "location.reload");
      assertThat(page.header("x-berth-waiting")).isPresent();
      assertThat(json.body()).contains("\"what\":\"Nothing listens on port " + port);
    }
  }

  @Test
  void what_does_not_speak_http_or_hangs_up_is_said_so() throws Exception {
    try (var mail = Upstream.talking((wire, self) -> wire.say("220 mail.example ESMTP\r\n"));
        var rude = Upstream.talking((wire, self) -> wire.answer())) {
      assertThat(site.get(serve(mail), "/", "").body()).contains("does not speak HTTP");
      assertThat(site.get(serve(rude), "/", "").body()).contains("hung up before it answered");
    }
  }

  @Test
  void use_is_told_to_control_and_watching_is_none() throws Exception {
    try (var app = Upstream.answering(OK)) {
      site.serve(Site.route(app.port(), Site.plan(app.port(), Visibility.PUBLIC, false)));
      site.get(Site.host(Site.WORKSPACE), "/_supervisor/v1/status", Site.token());
      site.get(Site.host(Site.WORKSPACE), "/_supervisor/v1/events", Site.token());
      assertThat(site.control.activity.poll(500, TimeUnit.MILLISECONDS)).isNull();

      site.get(Site.host(app.port()), "/", "");

      var told = site.control.activity.poll(10, TimeUnit.SECONDS);
      assertThat(told).isNotNull();
      assertThat(told.lastRequest()).containsOnlyKeys(Site.WORKSPACE);
    }
  }
}
