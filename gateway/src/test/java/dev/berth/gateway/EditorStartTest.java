package dev.berth.gateway;

import static dev.berth.gateway.Site.ANNA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The page of an editor that is on its way: it loads while the instance starts. */
final class EditorStartTest {
  private static final String IDE = Site.host(Site.WORKSPACE);
  private static final String PERSON = "Accept: text/html\r\n";
  private static final String HTML = "<html><head></head><body aria-label=\"\">page</body></html>";
  private static final String PAGE =
      """
      HTTP/1.1 200 OK\r
      Content-Type: text/html\r
      Content-Security-Policy: script-src 'self'\r
      Content-Length: %d\r
      \r
      %s\
      """
          .formatted(HTML.length(), HTML);
  private static final String UPGRADED =
      """
      HTTP/1.1 101 Switching Protocols\r
      Connection: Upgrade\r
      Upgrade: websocket\r
      \r
      """;

  private Site site;
  private Upstream editor;
  private String cookie;

  @BeforeEach
  void open() throws IOException {
    site = new Site();
    editor =
        Upstream.talking((wire, self) -> {
          while (true) {
            wire.say(wire.answer().header("upgrade").isPresent() ? UPGRADED : PAGE);
          }
        });
    run();
    cookie = site.cookie(ANNA, IDE);
  }

  @AfterEach
  void close() throws IOException {
    site.close();
    editor.close();
  }

  private void run() {
    site.serve(Site.routeWithEditor(editor.port(), editor.port()));
  }

  @Test
  void what_was_shown_once_is_there_under_a_cover_while_the_instance_starts() {
    assertThat(site.get(IDE, "/", cookie + PERSON).body()).isEqualTo(HTML);
    site.serve(Site.starting());

    var early = site.get(IDE, "/", cookie + PERSON);

    assertThat(early.status()).isEqualTo(200);
    assertThat(early.body())
        .contains("<body aria-label=\"\"><script src=\"/_berth/page/starting.js\"></script>page");
    assertThat(early.header("content-security-policy")).contains("script-src 'self'");
    assertThat(early.header("cache-control")).contains("no-store");
    assertThat(site.get(IDE, "/_berth/workspace.json", cookie).body()).contains("\"editor\":false");
  }

  @Test
  void another_address_and_one_that_was_never_shown_are_seen_on_the_start_page() {
    site.serve(Site.starting());
    assertThat(site.get(IDE, "/", cookie + PERSON).header("location").orElseThrow())
        .contains("/#/start/");
    run();
    site.get(IDE, "/", cookie + PERSON);
    site.serve(Site.starting());
    assertThat(site.get(IDE, "/?folder=/a", cookie + PERSON).header("location").orElseThrow())
        .contains("/#/start/");
  }

  @Test
  void a_socket_of_the_page_is_held_until_the_editor_answers() {
    site.get(IDE, "/", cookie + PERSON);
    site.serve(Site.starting());
    try (var wire = socket("http://" + IDE)) {
      site.serve(
          Site.route(Site.WORKSPACE, ANNA, Optional.of(editor.port()))); // not its editor yet
      run();
      assertThat(wire.head().status()).isEqualTo(101);
    }
  }

  @Test
  void a_request_that_is_held_is_told_when_the_start_has_failed() {
    site.get(IDE, "/", cookie + PERSON);
    site.serve(Site.starting());
    try (var wire = socket("http://" + IDE)) {
      site.serve(Site.route(Site.WORKSPACE, ANNA, Optional.empty()));
      assertThat(wire.head().status()).isEqualTo(503);
    }
  }

  @Test
  void no_more_are_held_than_pages_need() {
    site.get(IDE, "/", cookie + PERSON);
    site.serve(Site.starting());
    var held = new ArrayList<Wire>();
    try {
      for (int i = 0; i < 64; i++) held.add(socket("http://" + IDE));
      // Which of them the gateway meets last is not said; one of 65 is not held.
      held.add(socket("http://" + IDE));
      await().until(() -> held.stream().anyMatch(Wire::hasAnswer));
      assertThat(held.stream().filter(Wire::hasAnswer)).hasSize(1);
      run();
      assertThat(held.stream().map(wire -> wire.head().status()).filter(code -> code == 101))
          .hasSize(64);
    } finally {
      held.forEach(Wire::close);
    }
    // Their places are free again.
    site.serve(Site.starting());
    try (var wire = socket("http://" + IDE)) {
      run();
      assertThat(wire.head().status()).isEqualTo(101);
    }
  }

  @Test
  void only_its_owner_and_its_own_page_are_served_early() {
    site.get(IDE, "/", cookie + PERSON);
    site.serve(Site.starting());

    assertThat(site.get(IDE, "/", PERSON).header("location").orElseThrow())
        .contains("/_berth/pass");
    assertThat(site.get(IDE, "/", "").status()).isEqualTo(404);
    try (var wire = socket("http://evil.example")) {
      assertThat(wire.head().status()).isEqualTo(403);
    }
  }

  @Test
  void a_start_that_takes_long_is_seen_on_the_start_page() {
    site.get(IDE, "/", cookie + PERSON);
    site.serve(Site.starting());

    assertThat(site.get(IDE, "/_berth/start", cookie + PERSON).header("location").orElseThrow())
        .endsWith("/#/start/" + Site.WORKSPACE);
    assertThat(site.get(IDE, "/", cookie + PERSON).header("location").orElseThrow())
        .contains("/#/start/");
    run();
    assertThat(site.get(IDE, "/_berth/start", cookie + PERSON).header("location")).contains("/");
  }

  private Wire socket(String origin) {
    return site.wire()
        .say(
            "GET /s HTTP/1.1\r\nHost: %s\r\nOrigin: %s\r\n%sConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
                .formatted(IDE, origin, cookie));
  }
}
