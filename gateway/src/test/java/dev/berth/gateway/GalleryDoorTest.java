package dev.berth.gateway;

import static dev.berth.gateway.Site.ANNA;
import static dev.berth.gateway.Site.OTHER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.gateway.gallery.StubRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who gets at the registry of extensions: by the gateway's own door and out of an instance. */
final class GalleryDoorTest {
  private static final String IDE = Site.host(Site.WORKSPACE);
  private static final String QUERY = "/_berth/open-vsx/vscode/gallery/extensionquery";
  private static final String EDITOR_PAGE =
      """
      HTTP/1.1 200 OK\r
      Content-Type: text/html\r
      Content-Security-Policy: default-src 'self'\r
      Content-Length: 4\r
      \r
      page\
      """;

  private static final String UPGRADED =
      """
      HTTP/1.1 101 Switching Protocols\r
      Connection: Upgrade\r
      Upgrade: berth-outlet\r
      \r
      """;

  private final List<AutoCloseable> opened = new ArrayList<>();
  private StubRegistry registry;
  private Site site;

  @BeforeEach
  void open() throws IOException {
    registry = new StubRegistry(StubRegistry.answer(200, "application/json", "{\"found\":1}"));
    site = Site.withGallery("http://berth.localhost:8433", registry.address());
    opened.add(registry);
    opened.add(site);
  }

  @AfterEach
  void close() throws Exception {
    for (var each : opened.reversed()) each.close();
  }

  private Upstream editor() {
    var editor = Upstream.answering(EDITOR_PAGE);
    opened.add(editor);
    return editor;
  }

  private int ask(String origin, String headers) {
    var from = origin.isEmpty() ? "" : "Origin: " + origin + "\r\n";
    return site.request("POST", IDE, QUERY, from + headers).status();
  }

  @Test
  void the_workspaces_own_page_asks_at_its_own_host() {
    site.serve(Site.routeWithEditor(1, editor().port()));
    var cookie = site.cookie(ANNA, IDE);
    assertThat(ask("http://" + IDE, cookie)).isEqualTo(200);
    assertThat(ask("", Site.token())).isEqualTo(200);
    assertThat(ask("http://" + Site.host(OTHER), cookie)).isEqualTo(403);
    assertThat(ask("http://evil.example", cookie)).isEqualTo(403);
    assertThat(ask("", cookie)).isEqualTo(403);
    assertThat(ask("http://" + IDE, "")).isEqualTo(404);
    assertThat(site.get(IDE, QUERY, cookie + "Sec-Fetch-Site: cross-site\r\n").status())
        .isEqualTo(403);
    assertThat(site.get(Site.host(3000), QUERY, Site.token()).status()).isEqualTo(404);
    assertThat(registry.asked.remove().headers())
        .noneMatch(header -> header.contains("cookie") || header.contains(Site.TOKEN));
  }

  @Test
  void everybody_asks_at_open_vsx() {
    var host = "open-vsx.berth.localhost:8433";
    assertThat(site.request("POST", host, "/vscode/gallery/extensionquery", "").body())
        .isEqualTo("{\"found\":1}");
    assertThat(site.get(host, "/api/v1/workspaces", "").status()).isEqualTo(200); // the registry's
    assertThat(registry.asked).hasSize(2);
    assertThat(site.get(host, "/internal/v1/routes", "").status()).isEqualTo(404);
    assertThat(site.get("x.berth.localhost:8433", "/", "").status()).isEqualTo(421);
  }

  @Test
  void without_a_registry_there_is_no_such_place() throws Exception {
    try (var plain = new Site()) {
      plain.serve(Site.routeWithEditor(1, editor().port()));
      assertThat(plain.request("GET", IDE, QUERY, plain.cookie(ANNA, IDE)).status()).isEqualTo(404);
      assertThat(plain.get("open-vsx.berth.localhost:8433", "/", "").status()).isEqualTo(421);
    }
  }

  @ParameterizedTest(name = "where browsers speak {0}")
  @CsvSource({"http, 1", "https, 2"})
  void an_editors_page_asks_by_tls_where_browsers_speak_it(String scheme, int policies)
      throws Exception {
    try (var there = Site.withGallery(scheme + "://d.example", registry.address())) {
      there.serve(Site.routeWithEditor(1, editor().port()));
      var host = Site.WORKSPACE + ".ws.d.example";
      var page = there.get(host, "/", there.cookie(ANNA, host));
      assertThat(page.all("content-security-policy")).hasSize(policies);
      if (policies == 2) {
        assertThat(page.all("content-security-policy")).contains("upgrade-insecure-requests");
      }
    }
  }

  // Out of an instance.

  /** An instance's supervisor, whose program asks {@code question} of each connection offered. */
  private Upstream instance(String question, BlockingQueue<Heard> heard, int programs) {
    var left = new java.util.concurrent.atomic.AtomicInteger(programs);
    var supervisor =
        Upstream.talking((wire, self) -> {
          self.heard.add(wire.answer());
          wire.say(UPGRADED);
          if (left.getAndDecrement() <= 0) {
            wire.isHungUp(); // nobody comes
            return;
          }
          wire.say(question);
          heard.add(wire.answer());
        });
    opened.add(supervisor);
    return supervisor;
  }

  private static String question(String host, String path) {
    return "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Length: 2\r\n\r\n{}".formatted(path, host);
  }

  @Test
  void a_program_inside_is_carried_to_the_registry_while_the_next_one_is_waited_for()
      throws Exception {
    var heard = new LinkedBlockingQueue<Heard>();
    var supervisor = instance(question(IDE, QUERY), heard, 3);
    site.serve(Site.route(supervisor.port()));
    for (int i = 0; i < 3; i++) {
      var answer = heard.poll(10, TimeUnit.SECONDS);
      assertThat(answer).isNotNull();
      assertThat(answer.body()).isEqualTo("{\"found\":1}");
    }
    var offer = supervisor.next();
    assertThat(offer.first()).isEqualTo("GET /_supervisor/v1/outlet HTTP/1.1");
    assertThat(offer.header("authorization")).contains("Bearer " + Site.TOKEN);
    await().untilAsserted(() -> assertThat(supervisor.connections).hasValue(4));
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({
    "berth.localhost:8433, /api/v1/workspaces",
    "berth.localhost:8433, /internal/v1/routes",
    "octo-other-abcdefghijk.ws.berth.localhost:8433, /_supervisor/v1/status",
    "octo-hello-abcdefghijk.ws.berth.localhost:8433, /_supervisor/v1/status",
    "octo-hello-abcdefghijk.ws.berth.localhost:8433, /_berth/workspace.json",
    "127.0.0.1, /",
  })
  void nothing_else_of_the_gateway_is_at_the_end_of_that_way(String host, String path)
      throws Exception {
    var heard = new LinkedBlockingQueue<Heard>();
    site.serve(Site.route(instance(question(host, path), heard, 1).port()));
    var answer = heard.poll(10, TimeUnit.SECONDS);
    assertThat(answer).isNotNull();
    assertThat(answer.status()).isEqualTo(404);
    assertThat(registry.asked).isEmpty();
  }

  @Test
  void the_way_ends_with_the_instance_and_comes_back_with_the_next_one() throws Exception {
    var heard = new LinkedBlockingQueue<Heard>();
    var supervisor = instance("", heard, 0);
    site.serve(Site.route(supervisor.port()));
    supervisor.next();
    site.serve(Site.route(Site.WORKSPACE, ANNA, Optional.empty()));
    var next = instance(question(IDE, QUERY), heard, 1);
    site.serve(Site.route(next.port()));
    assertThat(heard.poll(10, TimeUnit.SECONDS)).isNotNull();
    assertThat(supervisor.connections).hasValue(1);
  }

  @Test
  void an_instance_that_does_not_offer_is_asked_again_and_again_but_not_often() throws Exception {
    var supervisor = Upstream.answering("HTTP/1.1 404 X\r\nContent-Length: 0\r\n\r\n");
    opened.add(supervisor);
    site.serve(Site.route(supervisor.port()));
    supervisor.next();
    await().during(Duration.ofSeconds(2)).until(() -> supervisor.connections.get() <= 4);
    assertThat(supervisor.connections.get()).isGreaterThan(1);
  }
}
