package dev.berth.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.berth.gateway.access.InternalKey;
import dev.berth.protocol.inside.PortPlan.Visibility;
import dev.berth.protocol.route.Activity;
import dev.berth.protocol.route.Pass;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A gateway beside others, and controls of which one leads. */
@Timeout(60)
final class ReplicasTest {
  private static final String DASHBOARD = "berth.localhost:8433";

  private static final byte[] OTHER_KEY = "another installation's key, 32 by".getBytes(UTF_8);

  private static ControlStub control(boolean leads) throws IOException {
    var control = new ControlStub(Site.KEY.authorization());
    control.leads = leads;
    return control;
  }

  private static int status(Site site, String host) {
    return site.get(host, "/", Site.token()).status();
  }

  // ---- who leads

  @Test
  void it_asks_the_control_that_leads_and_serves_workspaces_while_none_does() throws Exception {
    try (var second = control(false);
        var first = control(true);
        var site = Site.among(List.of(first, second));
        var app = Upstream.answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")) {
      var port = Site.plan(app.port(), Visibility.PUBLIC, false);
      site.serve(Site.route(1, port));
      second.tell(Site.route(1, port));
      await().until(() -> status(site, DASHBOARD) == 200);
      first.seen.clear();
      second.seen.clear();

      first.kill();
      await().until(() -> status(site, DASHBOARD) == 503);
      assertThat(site.get(DASHBOARD, "/", "").header("retry-after")).isPresent();
      assertThat(site.get(Site.host(app.port()), "/", "").status()).isEqualTo(200);

      second.leads = true;
      await().until(() -> status(site, DASHBOARD) == 200);
      assertThat(second.seen).isNotEmpty();
      assertThat(site.get(Site.host(app.port()), "/", "").status()).isEqualTo(200);
    }
  }

  /** Such as a workspace that has the address of a control that is gone. */
  @Test
  void who_says_that_it_leads_and_has_another_key_is_believed_and_told_nothing() throws Exception {
    try (var stranger = new ControlStub(InternalKey.of(OTHER_KEY).authorization());
        var second = control(true);
        var site = Site.among(List.of(stranger, second))) {
      await().until(() -> status(site, DASHBOARD) == 200);
      assertThat(second.seen).isNotEmpty();
      assertThat(stranger.seen).isEmpty();
      assertThat(stranger.keysShown).isEmpty();
    }
  }

  @Test
  void one_that_answers_what_is_no_answer_does_not_lead_and_another_is_found() throws Exception {
    try (var second = control(false);
        var first = control(true);
        var site = Site.among(List.of(first, second))) {
      await().until(() -> status(site, DASHBOARD) == 200);

      first.odd = new byte[] {0, 0, '{', 0};
      second.leads = true;

      await()
          .until(() -> {
            status(site, DASHBOARD);
            return !second.seen.isEmpty();
          });
    }
  }

  @Test
  void where_its_connection_broke_nothing_is_sent_before_it_has_proven_itself_anew()
      throws Exception {
    try (var control = control(true);
        var site = Site.among(List.of(control))) {
      await().until(() -> status(site, DASHBOARD) == 200);
      control.answers = new CountDownLatch(1);
      control.keysShown.clear();

      control.hangUp();

      await().until(() -> status(site, DASHBOARD) == 503);
      assertThat(control.keysShown).isEmpty();
      control.answers.countDown();
      await().until(() -> status(site, DASHBOARD) == 200);
      await().until(() -> !control.keysShown.isEmpty());
    }
  }

  @Test
  void what_is_told_to_controls_reaches_the_next_one() throws Exception {
    try (var second = control(false);
        var first = control(true);
        var site = Site.among(List.of(first, second));
        var app = Upstream.answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")) {
      var port = Site.plan(app.port(), Visibility.PUBLIC, false);
      site.serve(Site.route(1, port));
      second.tell(Site.route(1, port));

      first.kill();
      assertThat(site.get(Site.host(app.port()), "/", "").status()).isEqualTo(200);
      second.leads = true;

      Activity told = second.activity.poll(20, TimeUnit.SECONDS);
      assertThat(told).isNotNull();
      assertThat(told.lastRequest()).containsKey(Site.WORKSPACE);
      var host = Site.host(Site.WORKSPACE);
      second.codes.put("c", new Pass(Site.ANNA, "s", host, Instant.now().plusSeconds(60)));
      assertThat(site.get(host, "/_berth/enter?code=c&to=/", "").status()).isEqualTo(302);
    }
  }

  // ---- draining

  private static Wire socket(Site site, int port) {
    return socket(site, port, "/");
  }

  private static Wire socket(Site site, int port, String path) {
    var wire = site.wire();
    wire.say(
        """
        GET %s HTTP/1.1\r
        Host: %s\r
        Connection: Upgrade\r
        Upgrade: websocket\r
        Sec-WebSocket-Version: 13\r
        Sec-WebSocket-Key: %s\r
        \r
        """
            .formatted(
                path,
                Site.host(port),
                Base64.getEncoder()
                    .encodeToString("0123456789abcdef".getBytes(StandardCharsets.US_ASCII))));
    return wire;
  }

  private static String echo(Wire wire) throws IOException {
    wire.socket.getOutputStream().write(new byte[] {(byte) 0x81, (byte) 0x81, 0, 0, 0, 0, 'x'});
    return new String(wire.in.readNBytes(3), 2, 1, StandardCharsets.US_ASCII);
  }

  private static void drain(Site site, CompletableFuture<Boolean> drained) {
    drain(site, drained, Duration.ofSeconds(30));
  }

  private static void drain(Site site, CompletableFuture<Boolean> drained, Duration longest) {
    try {
      site.gateway.drain(longest);
      drained.complete(true);
    } catch (InterruptedException e) {
      drained.completeExceptionally(e);
    }
  }

  @Test
  void one_that_drains_takes_nobody_more_and_lets_sockets_go_on() throws Exception {
    try (var site = new Site();
        var app = Upstream.talking(EchoSocket::talk)) {
      site.serve(Site.route(1, Site.plan(app.port(), Visibility.PUBLIC, false)));
      var at = site.address();
      var idle = site.wire();
      idle.say("GET / HTTP/1.1\r\nHost: %s\r\n\r\n".formatted(DASHBOARD));
      assertThat(idle.answer().status()).isEqualTo(200);
      try (var open = socket(site, app.port())) {
        assertThat(open.answer().status()).isEqualTo(101);
        assertThat(echo(open)).isEqualTo("x");

        var drained = new CompletableFuture<Boolean>();
        Thread.ofVirtual().start(() -> drain(site, drained));

        assertThat(idle.in.read()).isEqualTo(-1);
        assertThatThrownBy(() -> SocketChannel.open(at).close()).isInstanceOf(IOException.class);
        assertThat(echo(open)).isEqualTo("x");
        assertThat(drained).isNotDone();
        open.socket.close();
        assertThat(drained.get(10, TimeUnit.SECONDS)).isTrue();
      } finally {
        idle.close();
      }
    }
  }

  /** A server of the user's that sends an event, and then one more for each line it is told. */
  private static Upstream events(BlockingQueue<String> more) {
    return Upstream.talking((wire, self) -> {
      self.heard.add(wire.answer());
      wire.say(
          "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
      wire.say("9\r\ndata: 1\n\n\r\n");
      while (true) wire.say("9\r\ndata: %s\n\n\r\n".formatted(more.take()));
    });
  }

  private static Wire listen(Site site, int port) {
    return site.wire()
        .say(
            "GET / HTTP/1.1\r\nHost: %s\r\nAccept: text/event-stream\r\n\r\n"
                .formatted(Site.host(port)));
  }

  private static String event(Wire wire) throws IOException {
    var text = wire.bytes(Integer.parseInt(wire.line(), 16));
    wire.line();
    return text;
  }

  @Test
  void a_stream_of_a_port_goes_on_while_one_drains_and_then_ends_as_a_stream_does()
      throws Exception {
    var more = new LinkedBlockingQueue<String>();
    try (var app = events(more)) {
      var drained = new CompletableFuture<Boolean>();
      try (var site = new Site()) {
        site.serve(Site.route(1, Site.plan(app.port(), Visibility.PUBLIC, false)));
        var at = site.address();
        try (var stream = listen(site, app.port())) {
          assertThat(stream.head().status()).isEqualTo(200);
          assertThat(event(stream)).isEqualTo("data: 1\n\n");

          Thread.ofVirtual().start(() -> drain(site, drained, Duration.ofSeconds(2)));
          await().until(() -> refuses(at));
          more.add("2");

          assertThat(event(stream)).isEqualTo("data: 2\n\n");
          // At the bound, and not before: what follows is the end of the gateway.
          assertThat(drained.get(10, TimeUnit.SECONDS)).isTrue();
          site.end();
          assertThat(stream.line()).isEqualTo("0");
          assertThat(stream.line()).isEmpty();
          assertThat(stream.in.read()).isEqualTo(-1);
        }
      }
    }
  }

  @Test
  void a_stream_that_ends_by_itself_ends_the_drain() throws Exception {
    var end = new CompletableFuture<Boolean>();
    try (var site = new Site();
        var app =
            Upstream.talking((wire, self) -> {
              self.heard.add(wire.answer());
              wire.say("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n");
              end.get();
              wire.close();
            })) {
      site.serve(Site.route(1, Site.plan(app.port(), Visibility.PUBLIC, false)));
      try (var stream = listen(site, app.port())) {
        assertThat(stream.head().status()).isEqualTo(200);
        assertThat(event(stream)).isEqualTo("data: 1\n\n");
        var drained = new CompletableFuture<Boolean>();
        var at = site.address();
        Thread.ofVirtual().start(() -> drain(site, drained, Duration.ofSeconds(60)));
        await().until(() -> refuses(at));
        assertThat(drained).isNotDone();

        end.complete(true);

        assertThat(stream.line()).isEqualTo("0");
        assertThat(drained.get(10, TimeUnit.SECONDS)).isTrue();
      }
    }
  }

  @Test
  void a_page_of_ours_is_asked_to_come_again_elsewhere_at_once() throws Exception {
    try (var site = new Site();
        var supervisor = events(new LinkedBlockingQueue<>())) {
      site.serve(Site.route(supervisor.port()));
      try (var stream =
          site.wire()
              .say(
                  "GET /_supervisor/v1/events HTTP/1.1\r\nHost: %s\r\nx-gitpod-owner-token: %s\r\n\r\n"
                      .formatted(Site.host(Site.WORKSPACE), Site.TOKEN))) {
        assertThat(stream.head().status()).isEqualTo(200);
        assertThat(event(stream)).isEqualTo("data: 1\n\n");
        var drained = new CompletableFuture<Boolean>();

        Thread.ofVirtual().start(() -> drain(site, drained, Duration.ofSeconds(60)));

        assertThat(stream.line()).isEqualTo("0");
        assertThat(drained.get(10, TimeUnit.SECONDS)).isTrue();
      }
    }
  }

  @Test
  void a_socket_is_told_that_the_gateway_goes_away_unless_it_is_within_a_message()
      throws Exception {
    try (var app =
        Upstream.talking((wire, self) -> {
          if (wire.head().first().contains("/half")) {
            wire.say("HTTP/1.1 101 S\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
            wire.socket.getOutputStream().write(new byte[] {(byte) 0x82, 126, 1, 0, 'a'});
          } else {
            wire.say("HTTP/1.1 101 S\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
            wire.socket.getOutputStream().write(new byte[] {(byte) 0x82, 1, 'a'});
          }
          wire.in.read();
        })) {
      try (var site = new Site()) {
        site.serve(Site.route(1, Site.plan(app.port(), Visibility.PUBLIC, false)));
        try (var whole = socket(site, app.port(), "/");
            var half = socket(site, app.port(), "/half")) {
          assertThat(whole.head().status()).isEqualTo(101);
          assertThat(whole.bytes(3)).endsWith("a");
          assertThat(half.head().status()).isEqualTo(101);
          assertThat(half.bytes(5)).endsWith("a");

          site.end();

          assertThat(whole.in.readAllBytes()).containsExactly(0x88, 2, 0x03, 0xe9);
          assertThat(half.in.readAllBytes()).isEmpty();
        }
      }
    }
  }

  private static boolean refuses(InetSocketAddress at) {
    try (var open = SocketChannel.open(at)) {
      return !open.isConnected();
    } catch (IOException e) {
      return true;
    }
  }
}
