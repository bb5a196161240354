package dev.berth.gateway;

import static dev.berth.gateway.Site.ANNA;
import static dev.berth.gateway.Site.OTHER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.protocol.inside.PortPlan.Visibility;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What is at a workspace's own host when an editor serves in the instance, and who may talk to it.
 */
final class EditorTest {
  private static final String IDE = Site.host(Site.WORKSPACE);
  private static final String UPGRADE =
      """
      Connection: Upgrade\r
      Upgrade: websocket\r
      Sec-WebSocket-Version: 13\r
      Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r
      """;
  private static final String UPGRADED =
      """
      HTTP/1.1 101 Switching Protocols\r
      Connection: Upgrade\r
      Upgrade: websocket\r
      \r
      """;

  private Site site;
  private Upstream editor;
  private Upstream supervisor;

  @BeforeEach
  void open() throws IOException {
    site = new Site();
    editor =
        Upstream.talking((wire, self) -> {
          while (true) {
            var asked = wire.answer();
            self.heard.add(asked);
            wire.say(
                asked.header("upgrade").isPresent()
                    ? UPGRADED
                    : "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\neditor");
          }
        });
    supervisor = Upstream.answering("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nsupervisor");
    site.serve(
        Site.routeWithEditor(
            supervisor.port(), editor.port(), Site.plan(editor.port(), Visibility.PUBLIC, false)));
  }

  @AfterEach
  void close() throws IOException {
    site.close();
    editor.close();
    supervisor.close();
  }

  @ParameterizedTest(name = "{0} is of the {1}")
  @CsvSource({
    "/, editor",
    "/?folder=/workspace/a, editor",
    "/version, editor",
    "/stable-abc/static/x.js, editor",
    "/_supervisor/v1/status, supervisor",
    "/_berth/terminal/, The workspace's page.",
    "/_berth/workspace.json, \"editor\":true",
  })
  void a_path_is_the_editors_unless_it_is_berths_own(String path, String says) {
    assertThat(site.get(IDE, path, site.cookie(ANNA, IDE)).body()).contains(says);
  }

  @Test
  void the_editor_sees_neither_our_cookies_nor_the_supervisors_token() throws Exception {
    site.get(IDE, "/", site.cookie(ANNA, IDE) + "X-Gitpod-Owner-Token: x\r\n");

    var seen = editor.next();
    assertThat(seen.header("cookie")).isEmpty();
    assertThat(seen.header("authorization")).isEmpty();
    assertThat(seen.header("x-gitpod-owner-token")).isEmpty();
    assertThat(seen.header("host")).contains(IDE);
  }

  @ParameterizedTest(name = "a WebSocket from {0} by {1} is answered {2}")
  @CsvSource({
    "own, cookie, 101",
    "none, cookie, 403",
    "null, cookie, 403",
    "http://evil.example, cookie, 403",
    "sibling, cookie, 403",
    "port, cookie, 403",
    "dashboard, cookie, 403",
    "own-prefix, cookie, 403",
    "own-https, cookie, 403",
    "none, token, 101",
    "http://evil.example, token, 403",
    "own, nobody, 404",
    "none, nobody, 404",
  })
  void only_the_workspaces_own_page_opens_a_socket(String origin, String by, int status) {
    assertThat(upgrade(IDE, origin, by)).isEqualTo(status);
  }

  @ParameterizedTest(name = "at the editor''s port, a WebSocket from {0} by {1} is answered {2}")
  @CsvSource({
    "its-port, cookie, 101",
    "own, cookie, 403",
    "port, cookie, 403",
    "sibling, cookie, 403",
    "none, cookie, 403",
    "none, token, 101",
    "its-port, nobody, 404",
  })
  void its_port_is_no_way_around(String origin, String by, int status) {
    assertThat(upgrade(Site.host(editor.port()), origin, by)).isEqualTo(status);
  }

  @Test
  void its_port_is_never_public() {
    assertThat(site.get(Site.host(editor.port()), "/", "").status()).isEqualTo(404);
  }

  @ParameterizedTest(name = "{0} {1} {2} is answered {3}")
  @CsvSource({
    "same-origin, cors, empty, 200",
    "same-origin, navigate, iframe, 200",
    "none, navigate, document, 200",
    "same-site, navigate, document, 200",
    "cross-site, navigate, document, 200",
    "same-site, navigate, iframe, 403",
    "same-site, no-cors, script, 403",
    "cross-site, no-cors, image, 403",
    "same-site, cors, empty, 403",
  })
  void no_other_page_puts_it_into_itself(String site, String mode, String dest, int status) {
    var fetch =
        "Sec-Fetch-Site: %s\r\nSec-Fetch-Mode: %s\r\nSec-Fetch-Dest: %s\r\n"
            .formatted(site, mode, dest);
    assertThat(
            this.site
                .get(IDE, "/vscode-remote-resource?path=/a.js", this.site.cookie(ANNA, IDE) + fetch)
                .status())
        .isEqualTo(status);
  }

  @Test
  void a_form_of_another_origin_changes_nothing() {
    var cookie = site.cookie(ANNA, IDE);
    assertThat(site.request("POST", IDE, "/x", cookie + "Origin: http://" + IDE + "\r\n").status())
        .isEqualTo(200);
    assertThat(site.request("POST", IDE, "/x", cookie + "Origin: http://evil.example\r\n").status())
        .isEqualTo(403);
    assertThat(site.request("POST", IDE, "/x", cookie).status()).isEqualTo(403);
  }

  @Test
  void while_it_starts_anew_a_page_says_so_and_comes_back_by_itself() throws Exception {
    supervisor.close();
    editor.close();
    var page = site.get(IDE, "/", site.cookie(ANNA, IDE) + "Accept: text/html\r\n");
    assertThat(page.status()).isEqualTo(502);
    assertThat(page.header("x-berth-waiting")).isPresent();
    assertThat(page.body()).contains("The editor does not answer", "/_berth/terminal/");
  }

  @Test
  void an_open_socket_ends_when_the_instance_does() {
    var host = Site.host(Site.WORKSPACE);
    try (var wire = site.wire()) {
      wire.say(
          "GET /s HTTP/1.1\r\nHost: %s\r\nOrigin: http://%s\r\n%s%s\r\n"
              .formatted(host, host, site.cookie(ANNA, host), UPGRADE));
      assertThat(wire.head().status()).isEqualTo(101);

      site.serve(Site.route(Site.WORKSPACE, ANNA, Optional.empty()));

      assertThat(wire.isHungUp()).isTrue();
    }
  }

  private int upgrade(String host, String origin, String by) {
    var from =
        switch (origin) {
          case "none" -> "";
          case "own" -> "http://" + IDE;
          case "own-https" -> "https://" + IDE;
          case "own-prefix" -> "http://" + IDE + ".evil.example";
          case "sibling" -> "http://" + Site.host(OTHER);
          case "port" -> "http://" + Site.host(3000);
          case "its-port" -> "http://" + Site.host(editor.port());
          case "dashboard" -> "http://berth.localhost:8433";
          default -> origin;
        };
    var who =
        switch (by) {
          case "cookie" -> site.cookie(ANNA, host);
          case "token" -> Site.token();
          default -> "";
        };
    try (var wire = site.wire()) {
      wire.say(
          "GET /s HTTP/1.1\r\nHost: %s\r\n%s%s%s\r\n"
              .formatted(host, from.isEmpty() ? "" : "Origin: " + from + "\r\n", who, UPGRADE));
      return wire.head().status();
    }
  }
}
