package dev.berth.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.http.Network;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What strangers at the gateway can take of control, which is for everybody. */
final class ControlDoorTest {
  private static final String D = "berth.localhost:8433";
  private static final int MIB = 1 << 20;

  private final List<Wire> open = new ArrayList<>();
  private Site site;

  @BeforeEach
  void open() throws IOException {
    site = new Site();
  }

  @AfterEach
  void close() {
    open.forEach(Wire::close);
    site.close();
  }

  @Test
  void unfinished_requests_take_nothing_of_control() {
    for (int i = 0; i < 1100; i++) begin(MIB, 1);

    assertThat(site.get(D, "/", "").status()).isEqualTo(200);
    assertThat(site.control.seen).hasSize(1);
  }

  @Test
  void unfinished_requests_hold_little_together_and_keep_nobody_out() throws Exception {
    long before = PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory();
    for (int i = 0; i < 100; i++) begin(MIB, MIB - 1);

    assertThat(open.getFirst().answer().status()).isEqualTo(503);
    try (var honest = site.wire()) {
      honest.say(head(MIB, "") + "x".repeat(MIB));
      assertThat(honest.answer().body()).endsWith("POST /api " + MIB);
    }
    assertThat(PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory() - before)
        .isLessThan(48L * MIB);
    var last = open.getLast();
    last.say("x");
    assertThat(last.answer().body()).endsWith("POST /api " + MIB);
  }

  @Test
  void a_request_comes_to_control_whole_however_it_was_sent() throws Exception {
    try (var wire = site.wire()) {
      wire.say("POST /api HTTP/1.1\r\nHost: " + D + "\r\nTransfer-Encoding: chunked\r\n");
      wire.say("Expect: 100-continue\r\n\r\n");
      assertThat(wire.answer().status()).isEqualTo(100);
      wire.say("3\r\nabc\r\n");
      wire.say("2\r\nde\r\n0\r\n\r\n");
      assertThat(wire.answer().body()).isEqualTo("control: POST /api 5");
      assertThat(site.control.seen.take())
          .containsEntry("Content-length", List.of("5"))
          .doesNotContainKeys("Transfer-encoding", "Expect");
      wire.say("POST /api HTTP/1.1\r\nHost: " + D + "\r\nContent-Length: 2\r\n\r\nab");
      assertThat(wire.answer().body()).isEqualTo("control: POST /api 2");
      wire.say("POST /api HTTP/1.1\r\nHost: " + D + "\r\nContent-Length: 0\r\n\r\n");
      assertThat(wire.answer().body()).isEqualTo("control: POST /api");
      wire.say(head(MIB + 1, ""));
      assertThat(wire.answer().status()).isEqualTo(413);
      assertThat(wire.isHungUp()).isTrue();
    }
  }

  @Test
  void one_address_has_its_share_of_what_control_answers_at_once() {
    for (int i = 0; i < 64; i++) ask("/held", "");
    Awaitility.await().until(() -> site.control.seen.size() == 64);

    assertThat(site.get(D, "/", "").status()).isEqualTo(503);
    try (var other = Wire.to(site.address(), "127.0.0.2")) {
      other.say("GET / HTTP/1.1\r\nHost: " + D + "\r\n\r\n");
      assertThat(other.answer().status()).isEqualTo(200);
    }
    site.control.held.countDown();
    for (var wire : open) assertThat(wire.answer().body()).isEqualTo("held");
    for (int i = 0; i < 70; i++) assertThat(site.get(D, "/", "").status()).isEqualTo(200);
  }

  @Test
  void who_hangs_up_gives_his_share_back() {
    for (int i = 0; i < 64; i++) ask("/held", "");
    Awaitility.await().until(() -> site.control.seen.size() == 64);

    open.forEach(Wire::close);

    Awaitility.await().until(() -> site.get(D, "/", "").status() == 200);
  }

  @Test
  void streams_that_control_began_are_of_nobodys_share() {
    for (int i = 0; i < 100; i++) {
      ask("/stream", "");
      assertThat(open.getLast().head().status()).isEqualTo(200);
    }

    assertThat(site.get(D, "/", "").status()).isEqualTo(200);
  }

  @Test
  void behind_a_trusted_proxy_the_visitor_it_names_has_the_share() throws Exception {
    try (var behind = new Site(List.of(Network.parse("127.0.0.0/8")))) {
      var one = "X-Forwarded-For: 127.0.0.1, 2001:db8::1\r\n";
      for (int i = 0; i < 64; i++) {
        open.add(behind.wire().say(get("/held", one)));
      }
      Awaitility.await().until(() -> behind.control.seen.size() == 64);

      var same = "X-Forwarded-For: 2001:db8::2\r\n"; // of one customer's network
      assertThat(behind.get(D, "/", one).status()).isEqualTo(503);
      assertThat(behind.get(D, "/", same).status()).isEqualTo(503);
      assertThat(behind.get(D, "/", "X-Forwarded-For: 2001:db8:1::1\r\n").status()).isEqualTo(200);
      behind.control.held.countDown();
      for (var wire : open) assertThat(wire.answer().body()).isEqualTo("held");
    }
  }

  private void ask(String path, String headers) {
    open.add(site.wire().say(get(path, headers)));
  }

  private static String get(String path, String headers) {
    return "GET %s HTTP/1.1\r\nHost: %s\r\n%s\r\n".formatted(path, D, headers);
  }

  private static String head(int length, String headers) {
    return "POST /api HTTP/1.1\r\nHost: %s\r\nContent-Length: %d\r\n%s\r\n"
        .formatted(D, length, headers);
  }

  private void begin(int length, int sent) {
    var wire = site.wire();
    open.add(wire);
    try {
      wire.say(head(length, "") + "x".repeat(sent));
    } catch (UncheckedIOException e) {
      // it was refused before it said all
    }
  }
}
