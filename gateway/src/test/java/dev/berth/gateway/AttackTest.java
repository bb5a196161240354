package dev.berth.gateway;

import static dev.berth.gateway.Site.ANNA;
import static dev.berth.gateway.Site.BERT;
import static dev.berth.gateway.Site.OTHER;
import static dev.berth.gateway.Site.WORKSPACE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.http.Network;
import dev.berth.protocol.inside.PortPlan.Visibility;
import dev.berth.protocol.route.Pass;
import dev.berth.protocol.route.RouteEvent;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Attacks of demands 5 that the gateway has to withstand. */
final class AttackTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  private static final String IDE = Site.host(WORKSPACE);

  private Site site;
  private Upstream app;
  private String port;

  @BeforeEach
  void open() throws IOException {
    site = new Site();
    app = Upstream.answering(OK);
    port = Site.host(app.port());
    site.serve(Site.route(app.port()));
  }

  @AfterEach
  void close() throws IOException {
    site.close();
    app.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "POST / HTTP/1.1|Host: HOST|Content-Length: 4|Transfer-Encoding: chunked||0||",
        "POST / HTTP/1.1|Host: HOST|Transfer-Encoding: chunked|Content-Length: 4||0||",
        "POST / HTTP/1.1|Host: HOST|Content-Length: 4|Content-Length: 5||abcd",
        "POST / HTTP/1.1|Host: HOST|Content-Length: +4||abcd",
        "POST / HTTP/1.1|Host: HOST|Content-Length: -1||",
        "POST / HTTP/1.1|Host: HOST|Content-Length: 4, 5||abcd",
        "POST / HTTP/1.1|Host: HOST|Transfer-Encoding: xchunked||0||",
        "POST / HTTP/1.1|Host: HOST|Transfer-Encoding: gzip, chunked||0||",
        "POST / HTTP/1.1|Host: HOST|Transfer-Encoding: chunked|Transfer-Encoding: identity||0||",
        "POST / HTTP/1.0|Host: HOST|Transfer-Encoding: chunked||0||",
        "POST / HTTP/1.1|Host: HOST|Transfer-Encoding : chunked||0||",
        "GET / HTTP/1.1|Host: HOST|Host: evil.example||",
        "GET / HTTP/1.1|X: y||",
        "GET / HTTP/1.0||",
        "GET http://evil.example/ HTTP/1.1|Host: HOST||",
        "GET HOST HTTP/1.1|Host: HOST||",
        "GET / HTTP/1.1|Host: HOST|X: a| folded||",
        "GET / HTTP/1.1|Host: HOST|X: a|\tTransfer-Encoding: chunked||",
        "GET / HTTP/1.1|Host: HOST| : x||",
        "GET / HTTP/1.1|Host: HOST|no colon||",
        "GET / HTTP/1.1|Host: HOST|X\0Y: z||",
        "GET / HTTP/9.9.9|Host: HOST||",
        "GARBAGE||",
      })
  void what_two_readers_could_read_differently_is_refused(String lines) {
    try (var wire = site.wire()) {
      wire.say(lines.replace("HOST", port).replace("|", "\r\n"));

      assertThat(wire.answer().status()).isEqualTo(400);
      assertThat(wire.isHungUp()).isTrue();
      assertThat(app.connections).hasValue(0);
    }
  }

  @Test
  void a_folded_line_is_refused_also_when_it_comes_byte_by_byte() {
    try (var wire = site.wire()) {
      for (var c : ("GET / HTTP/1.1\r\nHost: " + port + "\r\nX: a\r\n b\r\n\r\n").split("")) {
        wire.say(c);
      }
      assertThat(wire.answer().status()).isEqualTo(400);
    }
  }

  @Test
  void an_absolute_target_of_the_same_host_is_the_path_alone() throws Exception {
    try (var wire = site.wire()) {
      wire.say(
          "GET http://%s/a?b HTTP/1.1\r\nHost: %s\r\n%s\r\n".formatted(port, port, Site.token()));

      assertThat(wire.answer().status()).isEqualTo(200);
      assertThat(app.next().first()).isEqualTo("GET /a?b HTTP/1.1");
    }
  }

  @Test
  void a_head_without_end_is_refused_at_64_kib() {
    try (var wire = site.wire()) {
      wire.say("GET / HTTP/1.1\r\nHost: " + port + "\r\n");
      wire.say("X: " + "y".repeat(70_000) + "\r\n\r\n");
      assertThat(wire.answer().status()).isEqualTo(431);
    }
    try (var wire = site.wire()) {
      wire.say("GET /" + "y".repeat(20_000) + " HTTP/1.1\r\nHost: " + port + "\r\n\r\n");
      assertThat(wire.answer().status()).isEqualTo(414);
    }
  }

  @Test
  void who_was_given_too_many_cookies_is_freed_of_them() {
    var cookies = "Cookie: " + ("c=" + "x".repeat(3900) + "; ").repeat(40) + "\r\n";
    for (var host : List.of("berth.localhost:8433", IDE, port)) {
      // In the order of browsers, of which none has the cookies right behind what it accepts.
      var page = site.get(host, "/", "Accept: text/html\r\nAccept-Language: en\r\n" + cookies);
      assertThat(page.status()).isEqualTo(431);
      assertThat(page.header("clear-site-data")).contains("\"cookies\"");
      assertThat(page.header("content-type")).contains("text/html; charset=utf-8");
      assertThat(page.body()).contains("load this page again", "width=device-width", "light dark");
    }
    var call = site.get("berth.localhost:8433", "/api/v1/me", cookies);
    assertThat(call.status()).isEqualTo(431);
    assertThat(call.header("clear-site-data")).contains("\"cookies\"");
    assertThat(call.body()).startsWith("{\"error\"").contains("longer than 64 KiB");
    var other = site.get("berth.localhost:8433", "/", "Accept: text/html\r\n");
    assertThat(other.header("clear-site-data")).isEmpty();
  }

  @Test
  void connect_and_trace_are_not_served() {
    assertThat(site.request("TRACE", port, "/", Site.token()).status()).isEqualTo(405);
    try (var wire = site.wire()) {
      wire.say("CONNECT evil.example:443 HTTP/1.1\r\nHost: " + port + "\r\n\r\n");
      assertThat(wire.answer().status()).isEqualTo(405);
    }
  }

  @Test
  void an_answer_101_that_nobody_asked_for_opens_nothing() throws Exception {
    try (var rude =
        Upstream.answering(
            "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n")) {
      assertThat(site.get(Site.host(rude.port()), "/", Site.token()).status()).isEqualTo(502);
    }
  }

  @Test
  void http2_without_tls_is_not_a_way_around_the_gateway() throws Exception {
    site.get(
        port,
        "/",
        Site.token()
            + "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n");

    var seen = app.next();
    assertThat(seen.header("upgrade")).isEmpty();
    assertThat(seen.header("http2-settings")).isEmpty();
  }

  @Test
  void a_second_answer_to_one_question_is_not_kept_for_the_next_visitor() throws Exception {
    try (var rude =
        Upstream.talking((wire, self) -> {
          while (true) {
            wire.answer();
            wire.say(OK + "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison");
          }
        })) {
      for (int i = 0; i < 5; i++) {
        assertThat(site.get(Site.host(rude.port()), "/", Site.token()).body()).isEqualTo("ok");
      }
    }
  }

  @Test
  void a_code_opens_only_its_own_host_for_its_own_user_and_once() {
    var soon = Instant.now().plusSeconds(60);
    var right = new Pass(ANNA, "s", IDE, soon);
    assertThat(site.enter(right, IDE).status()).isEqualTo(302);
    assertThat(site.enter(right, IDE).header("location")).contains("/a?b=1");
    assertThat(site.enter(right, port).status()).isEqualTo(404);
    assertThat(site.enter(new Pass(BERT, "s", IDE, soon), IDE).status()).isEqualTo(404);
    assertThat(site.enter(new Pass(ANNA, "s", IDE, Instant.now()), IDE).status()).isEqualTo(404);
    site.control.codes.put("once", right);
    assertThat(site.get(IDE, "/_berth/enter?code=once", "").status()).isEqualTo(302);
    assertThat(site.get(IDE, "/_berth/enter?code=once", "").status()).isEqualTo(404);
  }

  @Test
  void a_cookie_outlives_its_code_which_lasts_a_minute() {
    var set = site.enter(new Pass(ANNA, "s", IDE, Instant.now().plusSeconds(60)), IDE);

    assertThat(set.header("set-cookie").orElseThrow())
        .containsPattern("Max-Age=6[0-9]{5};")
        .contains("Path=/", "HttpOnly", "SameSite=Lax");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "%2F%2Fevil.example", "https%3A%2F%2Fevil.example", "%2F%5Cevil.example", "%5C%5Cevil",
        "javascript%3Aalert(1)", "%2F%09%2Fevil.example", "%2Fa%0D%0ASet-Cookie%3A%20x%3Dy", "evil",
        "%09%2F%2Fevil.example", ""
      })
  void nobody_is_sent_to_another_site(String to) {
    site.control.codes.put("c", new Pass(ANNA, "s", IDE, Instant.now().plusSeconds(60)));

    var answer = site.get(IDE, "/_berth/enter?code=c&to=" + to, "");

    assertThat(answer.header("location")).contains("/");
    assertThat(answer.all("set-cookie")).hasSize(1);
  }

  @Test
  void a_cookie_opens_its_own_host_only_and_only_whole() {
    var cookie = site.cookie(ANNA, IDE);
    assertThat(site.get(IDE, "/", cookie).status()).isEqualTo(200);
    assertThat(site.get(port, "/", cookie).status()).isEqualTo(404);
    var value = cookie.strip();
    for (int at = value.indexOf('=') + 1; at < value.length(); at += 7) {
      char other = value.charAt(at) == 'A' ? 'B' : 'A';
      var forged = value.substring(0, at) + other + value.substring(at + 1) + "\r\n";
      assertThat(site.get(IDE, "/", forged).status()).as(forged).isEqualTo(404);
    }
  }

  @Test
  void cookies_that_another_host_planted_do_not_keep_the_right_one_from_working() {
    var right = site.cookie(ANNA, IDE).strip().substring("Cookie: ".length());
    var name = right.substring(0, right.indexOf('='));
    var planted = "%s=x; %s=; %s=a.b; ".formatted(name, name, name);

    assertThat(site.get(IDE, "/", "Cookie: " + planted + right + "\r\n").status()).isEqualTo(200);
    assertThat(site.get(IDE, "/", "Cookie: " + right + "; " + planted + "\r\n").status())
        .isEqualTo(200);
  }

  @Test
  void a_cookie_ends_with_its_session_and_so_do_its_open_connections() throws Exception {
    var expires = Instant.now().plusSeconds(3600);
    var cookie = site.cookie(ANNA, port, "one-session", expires);
    try (var echo = echo();
        var socket =
            upgraded(
                Site.host(echo.port()),
                site.cookie(ANNA, Site.host(echo.port()), "one-session", expires)
                    + "Origin: http://"
                    + Site.host(echo.port())
                    + "\r\n")) {
      socket.say("a");
      assertThat(socket.bytes(1)).isEqualTo("a");

      site.control.tell(new RouteEvent.SessionEnded("one-session"));

      assertThat(socket.isHungUp()).isTrue();
      assertThat(site.get(port, "/", cookie).status()).isEqualTo(404);
      assertThat(site.get(port, "/", site.cookie(ANNA, port, "another", expires)).status())
          .isEqualTo(200);
    }
  }

  @Test
  void a_port_that_is_made_private_hangs_up_on_strangers_and_not_on_its_owner() throws Exception {
    try (var echo = echo()) {
      var host = Site.host(echo.port());
      site.serve(Site.route(1, Site.plan(echo.port(), Visibility.PUBLIC, false)));
      var cookie = site.cookie(ANNA, host) + "Origin: http://" + host + "\r\n";
      try (var stranger = upgraded(host, "");
          var owner = upgraded(host, cookie)) {
        stranger.say("a");
        assertThat(stranger.bytes(1)).isEqualTo("a");

        site.serve(Site.route(1));

        assertThat(stranger.isHungUp()).isTrue();
        owner.say("b");
        assertThat(owner.bytes(1)).isEqualTo("b");
        assertThat(site.get(host, "/", "").status()).isEqualTo(404);
      }
    }
  }

  @Test
  void a_workspace_that_is_gone_or_changes_its_owner_hangs_up() throws Exception {
    try (var echo = echo()) {
      var host = Site.host(echo.port());
      var cookie = site.cookie(ANNA, host) + "Origin: http://" + host + "\r\n";
      try (var socket = upgraded(host, cookie)) {
        site.serve(Site.route(WORKSPACE, BERT, Optional.of(1)));
        assertThat(socket.isHungUp()).isTrue();
      }
      try (var socket = upgraded(host, Site.token())) {
        site.control.forget(Site.route(1));
        assertThat(socket.isHungUp()).isTrue();
      }
    }
  }

  @Test
  void a_socket_opens_only_from_a_page_of_the_same_workspace() throws Exception {
    try (var echo = echo()) {
      site.serve(Site.route(echo.port()));
      var host = Site.host(echo.port());
      var cookie = site.cookie(ANNA, host);
      assertThat(upgrade(host, cookie + "Origin: http://" + host + "\r\n")).isEqualTo(101);
      assertThat(upgrade(host, cookie + "Origin: http://" + IDE + "\r\n")).isEqualTo(101);
      assertThat(upgrade(host, cookie + "Origin: http://" + Site.host(OTHER) + "\r\n"))
          .isEqualTo(403);
      assertThat(upgrade(host, cookie + "Origin: http://evil.example\r\n")).isEqualTo(403);
      assertThat(upgrade(host, cookie + "Origin: null\r\n")).isEqualTo(403);
      assertThat(upgrade(host, cookie)).isEqualTo(403);
      assertThat(upgrade(host, Site.token())).isEqualTo(101);
      var ide = site.cookie(ANNA, IDE);
      assertThat(upgradeTerminal(ide + "Origin: http://" + IDE + "\r\n")).isEqualTo(101);
      assertThat(upgradeTerminal(ide + "Origin: http://" + host + "\r\n")).isEqualTo(403);
      assertThat(upgradeTerminal(ide)).isEqualTo(403);
      assertThat(upgradeTerminal(Site.token())).isEqualTo(101);
    }
  }

  @Test
  void a_preflight_between_ports_of_one_workspace_is_answered_and_no_other() {
    var asks = "Access-Control-Request-Method: PUT\r\nOrigin: http://";
    var sibling = site.request("OPTIONS", port, "/", asks + Site.host(8080) + "\r\n");
    var unknown = "8080-" + Site.host(Site.UNKNOWN);

    assertThat(sibling.status()).isEqualTo(204);
    assertThat(sibling.header("access-control-allow-origin")).contains("http://" + Site.host(8080));
    assertThat(app.connections).hasValue(0);
    assertThat(site.request("OPTIONS", unknown, "/", asks + unknown + "\r\n").status())
        .isEqualTo(204);
    assertThat(site.request("OPTIONS", port, "/", asks + Site.host(OTHER) + "\r\n").status())
        .isEqualTo(404);
  }

  @Test
  void forwarded_headers_are_believed_from_a_trusted_proxy_only() throws Exception {
    try (var trusting = new Site(List.of(Network.parse("127.0.0.0/8")))) {
      trusting.serve(Site.route(app.port()));

      trusting.get(
          port, "/", Site.token() + "X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-Proto: https\r\n");

      var seen = app.next();
      assertThat(seen.header("x-forwarded-for")).contains("6.6.6.6, 127.0.0.1");
      assertThat(seen.header("x-forwarded-proto")).contains("https");
    }
  }

  @Test
  void the_workspaces_page_is_for_no_shared_cache_and_no_foreign_frame() {
    var page = site.get(IDE, "/", Site.token());
    var script =
        site.get(
            IDE, "/_berth/page/assets/main-1a2b.js", Site.token() + "Accept-Encoding: gzip\r\n");

    assertThat(page.header("cache-control")).contains("private, no-cache");
    assertThat(page.header("content-security-policy").orElseThrow())
        .endsWith("frame-ancestors 'self'");
    assertThat(page.header("x-content-type-options")).contains("nosniff");
    assertThat(script.header("cache-control").orElseThrow()).startsWith("private");
    assertThat(script.header("content-encoding")).contains("gzip");
    var again =
        site.get(
            IDE,
            "/",
            Site.token() + "If-None-Match: " + page.header("etag").orElseThrow() + "\r\n");
    assertThat(again.status()).isEqualTo(304);
  }

  @Test
  void routes_live_on_while_control_is_away_and_change_when_it_is_back() throws Exception {
    var cookie = site.cookie(ANNA, port);
    int at = site.control.address().getPort();
    site.control.close();

    assertThat(site.get(port, "/", cookie).status()).isEqualTo(200);
    var page = site.get("berth.localhost:8433", "/", "Accept: text/html\r\n");
    assertThat(page.status()).isEqualTo(503);
    assertThat(page.body()).contains("The dashboard does not answer");
    assertThat(site.get("berth.localhost:8433", "/api/v1/me", "").body())
        .contains("\"kind\":\"unavailable\"");
    assertThat(site.get(IDE, "/_berth/enter?code=x&to=/", "").status()).isEqualTo(503);

    try (var _ = new ControlStub(Site.KEY.authorization(), at)) {
      Awaitility.await().until(() -> site.gateway.routes.find(WORKSPACE).isEmpty());
      assertThat(site.get(port, "/", cookie).status()).isEqualTo(404);
    }
  }

  private static Upstream echo() {
    return Upstream.talking((wire, self) -> {
      wire.answer();
      wire.say("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n");
      while (true) wire.say(wire.bytes(1));
    });
  }

  private Wire upgraded(String host, String headers) {
    var wire = site.wire();
    wire.say(
        "GET / HTTP/1.1\r\nHost: %s\r\nConnection: Upgrade\r\nUpgrade: x\r\n%s\r\n"
            .formatted(host, headers));
    wire.head();
    return wire;
  }

  private int upgrade(String host, String headers) {
    return upgrade(host, "/", headers);
  }

  private int upgradeTerminal(String headers) {
    return upgrade(IDE, "/_supervisor/v1/terminals/t1/connect", headers);
  }

  private int upgrade(String host, String path, String headers) {
    try (var wire = site.wire()) {
      wire.say(
          "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n%s\r\n"
              .formatted(path, host, headers));
      return wire.head().status();
    }
  }
}
