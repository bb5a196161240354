package dev.berth.gateway;

import static dev.berth.gateway.Site.ANNA;
import static dev.berth.gateway.Site.BERT;
import static dev.berth.gateway.Site.OTHER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.protocol.WorkspaceId;
import dev.berth.protocol.inside.PortPlan.Visibility;
import dev.berth.protocol.route.Pass;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What the gateway does with a request, line by line. Hosts are written short: D is the dashboard,
 * IDE the host of Anna's running workspace, PRIVATE and PUBLIC ports of it, UNKNOWN and OTHERS
 * hosts of a workspace that does not exist and of one that is Bert's, ASLEEP of one of Anna's that
 * does not run. Who asks: nobody (a program), browser (a navigation without a cookie), anna, bert
 * (with a cookie of that host), anna-page (her browser's script), token (a program with the owner
 * token).
 */
final class RequestTableTest {
  private static final Map<String, String> HOSTS = new HashMap<>();
  private static final String SAME_SITE = "Sec-Fetch-Site: same-site\r\n";
  private static final String EMBEDDED = "Sec-Fetch-Mode: no-cors\r\nSec-Fetch-Dest: script\r\n";
  private static final String FRAME = "Sec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: iframe\r\n";
  private static Site site;
  private static Upstream app;
  private static Upstream supervisor;

  @BeforeAll
  static void open() throws IOException {
    site = new Site();
    app = Upstream.answering("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\napp");
    supervisor = Upstream.answering("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nsupervisor");
    var publicApp = app.port();
    var privateApp = supervisor.port();
    site.serve(Site.route(supervisor.port(), Site.plan(publicApp, Visibility.PUBLIC, false)));
    site.serve(Site.route(OTHER, BERT, Optional.of(supervisor.port())));
    site.serve(Site.route(new WorkspaceId("octo-asleep-abcdefghijk"), ANNA, Optional.empty()));
    HOSTS.put("D", "berth.localhost:8433");
    HOSTS.put("D.", "BERTH.localhost.:8433");
    HOSTS.put("D-no-port", "berth.localhost");
    HOSTS.put("D-other-port", "berth.localhost:80");
    HOSTS.put("IDE", Site.host(Site.WORKSPACE));
    HOSTS.put("IDE.", "Octo-Hello-ABCDEFGHIJK.WS.berth.localhost.:8433");
    HOSTS.put("PRIVATE", Site.host(privateApp));
    HOSTS.put("PUBLIC", Site.host(publicApp));
    HOSTS.put("PUBLIC-zero", "0" + Site.host(publicApp));
    HOSTS.put("SUPERVISOR-PORT", Site.host(22999));
    HOSTS.put("UNKNOWN", Site.host(Site.UNKNOWN));
    HOSTS.put("OTHERS", Site.host(OTHER));
    HOSTS.put("ASLEEP", "octo-asleep-abcdefghijk.ws.berth.localhost:8433");
    HOSTS.put("LOOPBACK", "127.0.0.1:8433");
    HOSTS.put("FOREIGN", "evil.example:8433");
    HOSTS.put("LOOKALIKE", Site.host(Site.WORKSPACE) + ".evil.example:8433");
    HOSTS.put("ENCODED", "octo-hello-abcdefghij%6b.ws.berth.localhost:8433");
    HOSTS.put("NESTED", "x." + Site.host(Site.WORKSPACE));
  }

  @AfterAll
  static void close() throws IOException {
    site.close();
    app.close();
    supervisor.close();
  }

  @ParameterizedTest(name = "{0} {1} {2} by {3} -> {4} {5}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          GET  | D            | /                        | nobody    | 200 | control: GET /
          POST | D            | /api/v1/workspaces?a=b   | nobody    | 200 | control: POST /api/v1/workspaces?a=b
          GET  | D.           | /                        | nobody    | 200 | control: GET /
          GET  | D-no-port    | /                        | nobody    | 421 | No site of this name
          GET  | D-other-port | /                        | nobody    | 421 | No site of this name
          GET  | D            | /internal/v1/routes      | token     | 404 | nothing here that you may open
          GET  | D            | /internal                | nobody    | 404 | nothing here that you may open
          GET  | D            | /%69nternal/v1/routes    | nobody    | 404 | nothing here that you may open
          GET  | D            | /%2569nternal/v1/routes  | nobody    | 404 | nothing here that you may open
          GET  | D            | //internal/v1/routes     | nobody    | 404 | nothing here that you may open
          GET  | D            | /api/../INTERNAL/v1/x    | nobody    | 404 | nothing here that you may open
          GET  | D            | /x;y/..;/internal/v1     | nobody    | 404 | nothing here that you may open
          GET  | D            | /internals               | nobody    | 200 | control: GET /internals
          GET  | LOOPBACK     | /#/a                     | browser   | 302 | http://berth.localhost:8433/#/a
          POST | LOOPBACK     | /                        | nobody    | 421 | No site of this name
          GET  | FOREIGN      | /                        | browser   | 421 | No site of this name
          GET  | LOOKALIKE    | /                        | browser   | 421 | No site of this name
          GET  | ENCODED      | /                        | browser   | 421 | No site of this name
          GET  | NESTED       | /                        | browser   | 421 | No site of this name
          GET  | SUPERVISOR-PORT | /                     | token     | 421 | No site of this name
          GET  | PUBLIC-zero  | /                        | token     | 421 | No site of this name
          GET  | IDE          | /                        | anna      | 200 | The workspace's page.
          GET  | IDE.         | /                        | token     | 200 | The workspace's page.
          GET  | IDE          | /?folder=/workspace/a    | anna      | 200 | The workspace's page.
          GET  | IDE          | /_berth/terminal/        | anna      | 200 | The workspace's page.
          GET  | IDE          | /_berth/ports/           | anna      | 200 | The workspace's page.
          GET  | IDE          | /_berth/page/assets/main-1a2b.js | anna-page | 200 | the page
          GET  | IDE          | /_berth/page/../../etc/passwd | anna | 404 | no such file
          GET  | IDE          | /_berth/page/.hidden     | anna      | 404 | no such file
          POST | IDE          | /_berth/terminal/        | anna-page | 405 |
          GET  | IDE          | /version                 | anna-page | 503 | does not answer yet
          POST | IDE          | /                        | anna-page | 503 | does not answer yet
          GET  | IDE          | /_supervisor/v1/status   | anna-page | 200 | supervisor
          GET  | IDE          | /_supervisor/v1/status   | token     | 200 | supervisor
          POST | IDE          | /_supervisor/v1/terminals| anna-page | 200 | supervisor
          POST | IDE          | /_supervisor/v1/terminals| token     | 200 | supervisor
          POST | IDE          | /_supervisor/v1/terminals| anna      | 403 | another origin
          POST | IDE          | /_supervisor/v1/terminals| anna-from-sibling | 403 | another origin
          POST | IDE          | /_supervisor/v1/terminals| anna-from-null    | 403 | another origin
          POST | IDE          | /_supervisor/v1/terminals| anna-from-D       | 403 | another origin
          GET  | IDE          | /_berth/anything         | anna      | 404 | no such file
          GET  | IDE          | /_berth/workspace.json   | anna      | 200 | "dashboardUrl":"http://berth.localhost:8433"
          GET  | IDE          | /_berth/workspace.json   | nobody    | 404 | nothing here that you may open
          GET  | PRIVATE      | /_berth/workspace.json   | token     | 404 | nothing here that you may open
          GET  | IDE          | /_berth/enter?code=x     | browser   | 404 | nothing here that you may open
          GET  | IDE          | /a?b=c&d                 | browser   | 302 | http://berth.localhost:8433/_berth/pass?host=octo-hello-abcdefghijk.ws.berth.localhost%3A8433&to=%2Fa%3Fb%3Dc%26d
          GET  | UNKNOWN      | /a                       | browser   | 302 | http://berth.localhost:8433/_berth/pass?host=octo-nosuch-abcdefghijk.ws.berth.localhost%3A8433&to=%2Fa
          GET  | IDE          | /a                       | nobody    | 404 | nothing here that you may open
          POST | IDE          | /a                       | nobody    | 404 | nothing here that you may open
          GET  | UNKNOWN      | /a                       | nobody    | 404 | nothing here that you may open
          GET  | OTHERS       | /a                       | token-wrong | 404 | nothing here that you may open
          GET  | PRIVATE      | /                        | nobody    | 404 | nothing here that you may open
          GET  | PRIVATE      | /                        | anna      | 200 | supervisor
          GET  | PRIVATE      | /                        | token     | 200 | supervisor
          POST | PRIVATE      | /                        | anna-page | 200 | supervisor
          POST | PRIVATE      | /                        | anna-from-sibling | 200 | supervisor
          POST | PRIVATE      | /                        | anna-from-bert    | 403 | another origin
          POST | PRIVATE      | /                        | anna-from-null    | 403 | another origin
          POST | PRIVATE      | /                        | anna-hidden-form  | 403 | another origin
          POST | PRIVATE      | /                        | anna-own-hidden-form | 200 | supervisor
          POST | PRIVATE      | /                        | anna-embeds       | 403 | another origin
          POST | PRIVATE      | /                        | anna-from-D       | 200 | supervisor
          GET  | PRIVATE      | /                        | anna-from-bert    | 403 | another origin
          GET  | PRIVATE      | /                        | anna-from-sibling | 200 | supervisor
          GET  | PRIVATE      | /                        | anna-embeds       | 403 | another origin
          GET  | PRIVATE      | /                        | anna-embeds-in-bert | 403 | another origin
          GET  | PRIVATE      | /                        | anna-embeds-in-sibling | 200 | supervisor
          GET  | PRIVATE      | /                        | anna-embeds-in-ide | 200 | supervisor
          GET  | PRIVATE      | /                        | anna-frames-in-ide | 200 | supervisor
          GET  | PRIVATE      | /                        | anna-frames-in-sibling | 200 | supervisor
          GET  | PRIVATE      | /                        | anna-frames-in-bert | 403 | another origin
          GET  | PRIVATE      | /                        | anna-frames-hidden | 403 | another origin
          GET  | IDE          | /                        | anna-frames-in-sibling | 403 | another origin
          GET  | PRIVATE      | /                        | anna-follows-link | 200 | supervisor
          GET  | PUBLIC       | /                        | anna-embeds-in-bert | 200 | app
          GET  | PUBLIC       | /                        | nobody    | 200 | app
          GET  | PUBLIC       | /                        | bert-less | 200 | app
          POST | PUBLIC       | /                        | nobody    | 200 | app
          GET  | ASLEEP       | /                        | anna      | 302 | http://berth.localhost:8433/#/start/octo-asleep-abcdefghijk
          GET  | ASLEEP       | /?folder=/a&b            | anna      | 302 | http://berth.localhost:8433/#/start/octo-asleep-abcdefghijk?to=%2F%3Ffolder%3D%2Fa%26b
          GET  | ASLEEP       | /                        | anna-page | 503 | does not run
          GET  | ASLEEP       | /                        | nobody    | 404 | nothing here that you may open
          """)
  void the_gateway_answers(
      String method, String host, String path, String who, int status, String says) {
    var name = Objects.requireNonNull(HOSTS.get(host), host);

    var answer = site.request(method, name, path, headers(who, name));

    assertThat(answer.status()).isEqualTo(status);
    var told = status == 302 ? answer.header("location").orElse("") : answer.body();
    assertThat(told).contains(says == null ? "" : says);
  }

  private static String headers(String who, String host) {
    var navigation = "Accept: text/html\r\nSec-Fetch-Mode: navigate\r\n";
    var script = "Sec-Fetch-Mode: cors\r\n";
    return switch (who) {
      case "nobody", "bert-less" -> "";
      case "browser" -> navigation;
      case "token" -> Site.token();
      case "token-wrong" -> "X-Gitpod-Owner-Token: " + Site.TOKEN + "x\r\n";
      case "anna" -> site.cookie(ANNA, host) + navigation;
      case "anna-page" -> site.cookie(ANNA, host) + script + "Origin: http://" + host + "\r\n";
      case "anna-from-sibling" ->
          site.cookie(ANNA, host) + script + "Origin: http://" + Site.host(8080) + "\r\n";
      case "anna-from-bert" ->
          site.cookie(ANNA, host) + script + "Origin: http://" + Site.host(OTHER) + "\r\n";
      case "anna-hidden-form" ->
          site.cookie(ANNA, host) + navigation + SAME_SITE + "Origin: null\r\n";
      case "anna-own-hidden-form" ->
          site.cookie(ANNA, host) + navigation + "Sec-Fetch-Site: same-origin\r\nOrigin: null\r\n";
      case "anna-embeds" -> site.cookie(ANNA, host) + SAME_SITE + EMBEDDED;
      case "anna-embeds-in-bert" -> embedded(host, Site.host(OTHER));
      case "anna-embeds-in-sibling" -> embedded(host, Site.host(8080));
      case "anna-embeds-in-ide" -> embedded(host, Site.host(Site.WORKSPACE));
      case "anna-frames-in-ide" -> framed(host, from(Site.host(Site.WORKSPACE)));
      case "anna-frames-in-sibling" -> framed(host, from(Site.host(8080)));
      case "anna-frames-in-bert" -> framed(host, from(Site.host(OTHER)));
      case "anna-frames-hidden" -> framed(host, "");
      case "anna-follows-link" ->
          site.cookie(ANNA, host) + navigation + SAME_SITE + "Sec-Fetch-Dest: document\r\n";
      case "anna-from-null" -> site.cookie(ANNA, host) + script + "Origin: null\r\n";
      case "anna-from-D" ->
          site.cookie(ANNA, host) + script + "Origin: http://berth.localhost:8433\r\n";
      default -> throw new IllegalArgumentException(who);
    };
  }

  private static String embedded(String host, String in) {
    var referer = "Referer: http://" + in + "/page\r\n";
    return site.cookie(ANNA, host) + SAME_SITE + EMBEDDED + referer;
  }

  /** As a browser does it that comes through the login: of who embeds it tells the origin alone. */
  private static String framed(String host, String referer) {
    return site.cookie(ANNA, host) + SAME_SITE + FRAME + referer;
  }

  private static String from(String host) {
    return "Referer: http://" + host + "/\r\n";
  }

  @Test
  void on_the_way_through_the_login_nothing_makes_a_browser_forget_who_embeds() {
    var host = Objects.requireNonNull(HOSTS.get("PRIVATE"));
    var embedded = SAME_SITE + FRAME + from(Site.host(Site.WORKSPACE));

    var first = site.get(host, "/", embedded);
    var entered =
        site.enter(new Pass(ANNA, "a-session", host, Instant.now().plusSeconds(60)), host);

    assertThat(first.status()).isEqualTo(302);
    assertThat(first.header("location").orElseThrow()).contains("/_berth/pass?host=");
    assertThat(first.header("referrer-policy")).isEmpty();
    assertThat(entered.status()).isEqualTo(302);
    assertThat(entered.header("referrer-policy")).isEmpty();
  }

  @ParameterizedTest(name = "unknown and forbidden look alike to {0}")
  @CsvSource({"nobody", "browser", "token"})
  void unknown_and_forbidden_look_alike(String who) {
    var unknown = site.get(Site.host(Site.UNKNOWN), "/a", headers(who, ""));
    var others =
        site.get(Site.host(OTHER), "/a", headers(who.equals("token") ? "token-wrong" : who, ""));

    assertThat(others.first()).isEqualTo(unknown.first());
    assertThat(others.body()).isEqualTo(unknown.body());
    assertThat(others.headers().stream().map(h -> h.replace("other", "nosuch")).toList())
        .isEqualTo(unknown.headers());
  }
}
