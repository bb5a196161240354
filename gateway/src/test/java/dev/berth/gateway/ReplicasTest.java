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
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
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
    var wire = site.wire();
    wire.say(
        """
        GET / HTTP/1.1\r
        Host: %s\r
        Connection: Upgrade\r
        Upgrade: websocket\r
        Sec-WebSocket-Version: 13\r
        Sec-WebSocket-Key: %s\r
        \r
        """
            .formatted(
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
    try {
      site.gateway.drain(Duration.ofSeconds(30));
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
}
