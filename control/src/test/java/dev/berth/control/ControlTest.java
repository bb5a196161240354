package dev.berth.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.base.http.HttpServer;
import dev.berth.base.http.Response;
import dev.berth.base.metrics.Metrics;
import dev.berth.control.account.Keys;
import dev.berth.control.account.User;
import dev.berth.control.check.Hop;
import dev.berth.control.check.Surroundings;
import dev.berth.control.lead.Fence;
import dev.berth.control.reconcile.EditorSource;
import dev.berth.control.reconcile.FakeSupervisor;
import dev.berth.control.reconcile.StopPolicy;
import dev.berth.control.source.GitServer;
import dev.berth.control.source.Sources;
import dev.berth.control.store.Database;
import dev.berth.control.store.SqlAccountStore;
import dev.berth.control.workspace.Retention;
import dev.berth.protocol.UserId;
import dev.berth.protocol.api.Me;
import dev.berth.protocol.check.Result;
import dev.berth.runtime.FakeDriver;
import dev.berth.runtime.InstanceImage;
import dev.berth.runtime.Saves;
import dev.berth.runtime.WorkspaceSize;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The whole control plane over its sockets: a real store, real git, instances that a test plays.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
final class ControlTest {
  private static final String DASHBOARD = "http://berth.localhost:8433";
  private static final String YML =
      """
      image:
        file: .gitpod.Dockerfile
      ports:
        - port: 3000
      comand: x
      """;

  private final HttpClient client = HttpClient.newHttpClient();
  private final FakeSupervisor supervisor = new FakeSupervisor();
  private final FakeDriver driver = new FakeDriver(supervisor::at);
  private final Keys keys = new Keys(new byte[32]);

  @SuppressWarnings("NullAway.Init") // set before all tests
  private Database database;

  @SuppressWarnings("NullAway.Init")
  private Control control;

  @SuppressWarnings("NullAway.Init")
  private HttpServer server;

  @SuppressWarnings("NullAway.Init")
  private String repository;

  /** The owner's and a stranger's browsers, new for each test. */
  @SuppressWarnings("NullAway.Init")
  private Browser ann;

  @SuppressWarnings("NullAway.Init")
  private Browser bob;

  @BeforeAll
  void open(@TempDir Path folder) throws Exception {
    var served = Files.createDirectories(folder.resolve("served"));
    try (var git = GitServer.start(served)) {
      var hello = git.createAt("hello");
      hello.commit("main", ".gitpod.yml", YML);
      repository = "file://" + hello.folder();
    }
    database = Database.embedded(folder);
    control =
        Control.open(
            new ControlConfig(
                URI.create(DASHBOARD),
                Map.of("standard", new WorkspaceSize(2000, 1L << 30, 512)),
                "standard",
                StopPolicy.DEFAULT,
                new Retention(Duration.ofDays(14), Duration.ofDays(30)),
                Optional.of(new Me.SshAddress("berth.localhost", 2222)),
                EditorSource.NONE,
                "1.2.3",
                Duration.ZERO,
                "",
                new Surroundings(
                    "the control of a test",
                    List.of(
                        new Hop(
                            "B702",
                            "object store",
                            () ->
                                List.of(
                                    Result.bad(
                                        "B702", "object store", "Away.", "Saves.", "See.")))),
                    Optional::empty)),
            database,
            driver,
            Saves.OFF,
            Sources.open(
                new Sources.Settings(
                    List.of(served), Set.of(), folder.resolve("cache"), Duration.ofSeconds(20))),
            keys,
            Fence.NONE,
            new Metrics(),
            _ -> Response.text(200, "the pages"));
    server =
        HttpServer.open(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            HttpServer.Limits.DEFAULT,
            control.strangers(),
            control.routes());
    supervisor.ready();
  }

  @AfterAll
  void close() {
    server.close();
    control.close();
    database.close();
    supervisor.close();
    client.close();
  }

  @BeforeEach
  void logIn() throws Exception {
    ann = browser(control.accounts().owner());
    var stranger = new User(UserId.create(), "Bob");
    new SqlAccountStore(database).insert(stranger, Instant.now());
    bob = browser(stranger);
  }

  @Test
  void who_is_not_logged_in_may_not_send_much() throws Exception {
    var much = "{\"contextUrl\":\"%s\"}".formatted("x".repeat(100_000));
    var token = Map.of("authorization", "Bearer " + control.accounts().commandLineToken());

    assertThat(send("POST", "/api/v1/workspaces", much, Map.of()).statusCode()).isEqualTo(413);
    assertThat(send("POST", "/api/v1/workspaces", "{}", Map.of()).statusCode()).isEqualTo(401);
    assertThat(send("POST", "/api/v1/workspaces", much, gateway()).statusCode()).isEqualTo(401);
    assertThat(ann.post("/api/v1/workspaces", much).statusCode()).isEqualTo(400);
    assertThat(send("POST", "/api/v1/workspaces", much, token).statusCode()).isEqualTo(400);
  }

  // ---- workspaces

  @Test
  void a_repository_is_opened_and_what_is_wrong_in_it_is_told_at_its_place() throws Exception {
    var made = ann.post("/api/v1/workspaces", "{\"contextUrl\":\"%s\"}".formatted(repository));

    assertThat(made.statusCode()).isEqualTo(201);
    var id = id(made);
    assertThat(made.headers().firstValue("location")).contains("/api/v1/workspaces/" + id);
    assertThat(made.body())
        .contains("\"file\":\".gitpod.yml\",\"line\":5,\"column\":1")
        .contains("\"image\":\"built\"")
        .contains("\"url\":\"http://" + id + ".ws.berth.localhost:8433\"");
    awaitPhase(id, "running");
    assertThat(ann.get("/api/v1/workspaces").body()).contains(id).contains("\"served\":true");
  }

  @Test
  void asking_first_tells_of_the_workspace_that_exists() throws Exception {
    var id = opened();
    var asked =
        ann.post(
            "/api/v1/workspaces",
            "{\"contextUrl\":\"%s\",\"whenOneExists\":\"ask\"}".formatted(repository));

    assertThat(asked.statusCode()).isEqualTo(409);
    assertThat(asked.body()).contains("\"existing\":[").contains(id).contains("\"remedy\":");
    var made =
        ann.post(
            "/api/v1/workspaces",
            "{\"contextUrl\":\"%s\",\"whenOneExists\":\"create\"}".formatted(repository));
    assertThat(made.statusCode()).isEqualTo(201);
  }

  @Test
  void it_is_stopped_started_and_deleted() throws Exception {
    var id = opened();
    var path = "/api/v1/workspaces/" + id;

    assertThat(ann.post(path + "/stop", "").statusCode()).isEqualTo(200);
    awaitPhase(id, "stopped");
    assertThat(ann.get(path + "/token").statusCode()).isEqualTo(409);
    assertThat(ann.post(path + "/start", "").statusCode()).isEqualTo(200);
    awaitPhase(id, "running");
    assertThat(ann.get(path + "/token").body()).contains("\"ownerToken\":\"");
    assertThat(ann.get(path + "/logs").body())
        .contains("== Web\noutput of /_supervisor/v1/terminals/t1/output");
    driver.holdDeletes(true);
    assertThat(ann.send("DELETE", path + "?now=true", "").statusCode()).isEqualTo(202);
    assertThat(ann.post(path + "/start", "").statusCode()).isEqualTo(409);
    driver.holdDeletes(false);
    await().until(() -> ann.get(path).statusCode() == 404);
  }

  @Test
  void one_that_was_deleted_is_out_of_the_way_and_can_be_had_back() throws Exception {
    var id = opened();
    var path = "/api/v1/workspaces/" + id;
    try (var events = ann.events()) {
      assertThat(events.next()).startsWith("{\"kind\":\"all\"").contains(id);

      var deleted = ann.send("DELETE", path, "");

      assertThat(deleted.statusCode()).isEqualTo(202);
      assertThat(deleted.body()).contains("\"intent\":{\"kind\":\"discard\"").contains("keptUntil");
      awaitHeard(events, "{\"kind\":\"gone\",\"id\":\"" + id);
      awaitPhase(id, "stopped");
      assertThat(ann.get("/api/v1/workspaces").body()).doesNotContain(id);
      assertThat(ann.get("/api/v1/workspaces?deleted=true").body()).contains(id);
      assertThat(bob.get("/api/v1/workspaces?deleted=true").body()).doesNotContain(id);
      assertThat(ann.get("/api/v1/workspaces?deleted=yes").statusCode()).isEqualTo(400);
      var start = ann.post(path + "/start", "");
      assertThat(start.statusCode()).isEqualTo(409);
      assertThat(start.body()).contains("berth undelete " + id);
      assertThat(bob.post(path + "/undelete", "").statusCode()).isEqualTo(404);
      // Asked once more, it is not kept any longer.
      assertThat(intent(ann.send("DELETE", path, ""))).isEqualTo(intent(deleted));

      assertThat(ann.post(path + "/undelete", "").statusCode()).isEqualTo(200);

      assertThat(ann.get("/api/v1/workspaces?deleted=true").body()).doesNotContain(id);
      assertThat(ann.get("/api/v1/workspaces").body()).contains(id);
      awaitHeard(events, "{\"kind\":\"changed\",\"workspace\":{\"id\":\"" + id);
      assertThat(ann.post(path + "/undelete", "").statusCode()).isEqualTo(200);
      assertThat(ann.post(path + "/start", "").statusCode()).isEqualTo(200);
      awaitPhase(id, "running");
    }
  }

  @Test
  void one_that_was_deleted_before_does_not_come_back_to_be_seen_going_for_good() throws Exception {
    var id = opened();
    var path = "/api/v1/workspaces/" + id;
    try (var events = ann.events()) {
      assertThat(events.next()).startsWith("{\"kind\":\"all\"").contains(id);
      ann.send("DELETE", path, "");
      awaitHeard(events, "{\"kind\":\"gone\",\"id\":\"" + id);
      awaitPhase(id, "stopped");
      driver.holdDeletes(true);

      ann.send("DELETE", path + "?now=true", "");
      var other = opened();

      for (var heard = events.next(); !isRunning(other, heard); heard = events.next()) {
        assertThat(heard).doesNotContain(id);
      }
    } finally {
      driver.holdDeletes(false);
    }
  }

  private static String nextOf(String id, Events events) throws Exception {
    var heard = events.next();
    while (!heard.contains(id)) heard = events.next();
    return heard;
  }

  private static boolean isRunning(String id, String heard) {
    return heard.contains(id) && heard.contains("\"phase\":{\"kind\":\"running\"");
  }

  private static void awaitHeard(Events events, String beginning) throws Exception {
    for (var heard = events.next(); !heard.startsWith(beginning); heard = events.next()) {}
  }

  private static String intent(HttpResponse<String> answer) {
    var match = Pattern.compile("\"intent\":\\{[^}]*}").matcher(answer.body());
    assertThat(match.find()).isTrue();
    return match.group();
  }

  @Test
  void one_that_is_pinned_says_no_day_on_which_it_goes() throws Exception {
    var id = opened();
    var path = "/api/v1/workspaces/" + id;
    ann.post(path + "/stop", "");
    awaitPhase(id, "stopped");
    assertThat(ann.get(path).body()).contains("\"pinned\":false").contains("\"keptUntil\":\"");

    assertThat(ann.post(path + "/pin", "").body())
        .contains("\"pinned\":true")
        .doesNotContain("keptUntil");
    assertThat(ann.post(path + "/unpin", "").body())
        .contains("\"pinned\":false")
        .contains("\"keptUntil\":\"");
  }

  @Test
  void who_wants_the_default_image_in_the_place_of_a_built_one_keeps_it() throws Exception {
    var path = "/api/v1/workspaces/" + opened();
    assertThat(driver.started().getLast().image()).isInstanceOf(InstanceImage.Dockerfile.class);
    ann.post(path + "/stop", "");
    awaitPhase(path.substring(path.lastIndexOf('/') + 1), "stopped");

    assertThat(ann.post(path + "/start?image=other", "").statusCode()).isEqualTo(400);
    assertThat(ann.post(path + "/start?image=default", "").body())
        .contains("\"image\":\"default\"");

    awaitPhase(path.substring(path.lastIndexOf('/') + 1), "running");
    assertThat(driver.started().getLast().image()).isEqualTo(new InstanceImage.Default());
    assertThat(ann.post(path + "/start", "").body()).contains("\"image\":\"default\"");
  }

  @ParameterizedTest
  @CsvSource({
    "3000,public,200", "3000,private,200", "0,public,400", "65536,public,400",
    "22999,public,400", "http,public,400", "-1,public,400", "3000,PUBLIC,400",
    "3000,everybody,400",
  })
  void a_port_is_shown_by_its_number_and_one_of_two_words(String port, String word, int status)
      throws Exception {
    var answer =
        ann.send(
            "PUT",
            "/api/v1/workspaces/%s/ports/%s".formatted(opened(), port),
            "{\"visibility\":\"%s\"}".formatted(word));

    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.body()).contains(status == 200 ? "\"visibility\":\"" + word : "\"remedy\"");
  }

  @Test
  void changes_are_told_as_they_come_and_strangers_hear_nothing_of_them() throws Exception {
    var id = opened();
    try (var events = ann.events();
        var strangers = bob.events()) {
      assertThat(events.next()).startsWith("{\"kind\":\"all\",\"workspaces\":[").contains(id);
      assertThat(strangers.next()).isEqualTo("{\"kind\":\"all\",\"workspaces\":[]}");

      ann.send("DELETE", "/api/v1/workspaces/" + id + "?now=true", "");
      // Hers of other tests may still be on their ways.
      assertThat(nextOf(id, events)).startsWith("{\"kind\":\"changed\"");
      var heard = nextOf(id, events);
      while (!heard.startsWith("{\"kind\":\"gone\"")) heard = nextOf(id, events);

      var bobs =
          id(bob.post("/api/v1/workspaces", "{\"contextUrl\":\"%s\"}".formatted(repository)));
      assertThat(strangers.next()).as("the first that he hears").contains(bobs).doesNotContain(id);
    }
  }

  @Test
  void anothers_workspace_looks_like_one_that_is_not_there() throws Exception {
    var id = opened();
    var missing = "no-such-abcdefghijk";
    for (var call :
        List.of(
            "GET ",
            "GET /logs",
            "GET /token",
            "POST /start",
            "POST /stop",
            "DELETE ",
            "PUT /ports/3000")) {
      var method = call.split(" ", -1)[0];
      var rest = call.split(" ", -1)[1];
      var body = method.equals("PUT") ? "{\"visibility\":\"public\"}" : "";
      var his = bob.send(method, "/api/v1/workspaces/" + id + rest, body);
      var none = bob.send(method, "/api/v1/workspaces/" + missing + rest, body);

      assertThat(his.statusCode()).as(call).isEqualTo(404);
      assertThat(his.body().replace(id, missing)).as(call).isEqualTo(none.body());
    }
    assertThat(bob.get("/api/v1/workspaces").body()).doesNotContain(id);
    assertThat(pass(bob, id + ".ws.berth.localhost:8433", "/").statusCode()).isEqualTo(404);
    assertThat(phase(id)).isEqualTo("running");
  }

  // ---- keys

  private static final String KEY =
      "AAAAC3NzaC1lZDI1NTE5AAAAICxWHohN9wUvEdCJ+551YiGezhQkFZ5U5L4vLbx4XJfx";

  @Test
  void a_key_is_taken_told_to_the_gateway_and_forgotten_again() throws Exception {
    try (var routes = events("/internal/v1/routes", gateway())) {
      var added = ann.post("/api/v1/ssh-keys", "{\"key\":\"ssh-ed25519 %s a@b\"}".formatted(KEY));
      assertThat(added.statusCode()).isEqualTo(201);
      assertThat(added.body()).contains("\"name\":\"a@b\"").contains("SHA256:");
      await().until(() -> routes.next().contains("\"ssh-ed25519 " + KEY));

      var again = ann.post("/api/v1/ssh-keys", "{\"key\":\"ssh-ed25519 %s\"}".formatted(KEY));
      assertThat(again.statusCode()).isEqualTo(409);
      assertThat(bob.get("/api/v1/ssh-keys").body()).isEqualTo("{\"keys\":[]}");
      assertThat(bob.send("DELETE", "/api/v1/ssh-keys/" + id(added), "").statusCode())
          .isEqualTo(404);
      assertThat(ann.send("DELETE", "/api/v1/ssh-keys/" + id(added), "").statusCode())
          .isEqualTo(204);
      await().until(() -> routes.next().contains("\"keys\":[]"));
    }
    assertThat(ann.get("/api/v1/me").body()).contains("\"port\":2222");
  }

  // ---- checks

  @Test
  void checks_are_made_and_told_to_who_administers_and_to_nobody_else() throws Exception {
    var path = "/api/v1/installation/checks";
    try (var _ = events("/internal/v1/routes?gateway=door-1&version=1.2.2", gateway())) {
      // Asked more than once: for a moment it answers with what a run of its own has just found.
      await()
          .untilAsserted(() -> {
            assertThat(ann.post(path, "").statusCode()).isEqualTo(202);
            assertThat(ann.get(path).body())
                .contains("\"by\":\"the control of a test\",\"version\":\"1.2.3\"")
                .contains("\"code\":\"B702\"")
                .contains("\"kind\":\"bad\",\"what\":\"Away.\"")
                .contains("\"kind\":\"doubtful\"")
                .contains("door-1 (1.2.2)");
          });
    }

    assertThat(bob.get(path).statusCode()).isEqualTo(403);
    assertThat(bob.post(path, "").statusCode()).isEqualTo(403);
    assertThat(send("GET", path, "", Map.of()).statusCode()).isEqualTo(401);
    var elsewhere = with(ann.cookie(), Map.of("origin", "http://evil.ws.berth.localhost:8433"));
    assertThat(send("POST", path, "", elsewhere).statusCode()).isEqualTo(403);
  }

  // ---- who gets in

  @Test
  void who_is_not_logged_in_is_told_what_to_do() throws Exception {
    var answer = send("GET", "/api/v1/me", "", Map.of());

    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.body()).contains("\"remedy\":\"").contains("berth login");
    assertThat(send("GET", "/api/v1/me", "", Map.of("authorization", "Bearer x")).statusCode())
        .isEqualTo(401);
  }

  @Test
  void a_login_link_works_once() throws Exception {
    var link = "/login/" + control.accounts().loginToken(control.accounts().owner());

    assertThat(send("GET", link, "", Map.of()).statusCode()).isEqualTo(303);
    assertThat(send("GET", link, "", Map.of()).statusCode()).isEqualTo(403);
  }

  @Test
  void only_the_command_line_makes_login_links() throws Exception {
    assertThat(ann.post("/api/v1/login-links", "").statusCode()).isEqualTo(403);
    assertThat(send("POST", "/api/v1/login-links", "", bearer()).statusCode()).isEqualTo(201);
  }

  @Test
  void a_logout_ends_the_session_its_streams_and_its_passes_and_tells_the_gateway()
      throws Exception {
    var id = opened();
    var host = id + ".ws.berth.localhost:8433";
    var other = browser(control.accounts().owner());
    try (var routes = events("/internal/v1/routes", gateway());
        var his = ann.events();
        var others = other.events()) {
      routes.next();
      his.next();
      others.next();
      var code = code(pass(ann, host, "/"));

      assertThat(ann.post("/api/v1/logout", "").statusCode()).isEqualTo(204);

      assertThat(ann.get("/api/v1/me").statusCode()).isEqualTo(401);
      var heard = routes.next();
      while (!heard.contains("sessionEnded")) heard = routes.next();
      await().until(his::ended);
      assertThat(redeem(code, host).statusCode()).isEqualTo(404);
      assertThat(others.linesWithin(Duration.ofMillis(300)))
          .as("the other's stream rests")
          .isLessThan(20);
      assertThat(other.get("/api/v1/me").statusCode()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"http://x.ws.berth.localhost:8433", "null", "https://berth.localhost:8433", ""})
  void a_cookie_changes_nothing_from_another_page(String origin) throws Exception {
    var id = opened();
    var from = origin.isEmpty() ? Map.<String, String>of() : Map.of("origin", origin);

    var answer = send("POST", "/api/v1/workspaces/" + id + "/stop", "", with(ann.cookie(), from));

    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(phase(id)).isEqualTo("running");
    assertThat(send("GET", "/api/v1/me", "", with(ann.cookie(), from)).statusCode())
        .as("reading")
        .isEqualTo(origin.isEmpty() ? 200 : 403);
    assertThat(send("GET", "/api/v1/me", "", with(bearer(), from)).statusCode()).isEqualTo(200);
    assertThat(send("POST", "/api/v1/logout", "", with(bearer(), from)).statusCode())
        .as("a token comes from no page")
        .isEqualTo(204);
  }

  @Test
  void two_cookies_of_the_sessions_name_are_none() throws Exception {
    var cookie = ann.cookie().get("cookie");
    assertThat(send("GET", "/api/v1/me", "", Map.of("cookie", cookie + "; " + cookie)).statusCode())
        .isEqualTo(401);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /internal/v1/routes",
        "POST /internal/v1/codes",
        "POST /internal/v1/activity"
      })
  void the_gateways_calls_are_not_there_for_anybody_else(String call) throws Exception {
    var method = call.split(" ", 2)[0];
    var path = call.split(" ", 2)[1];
    assertThat(send(method, path, "{}", ann.cookie()).statusCode()).isEqualTo(404);
    assertThat(send(method, path, "{}", bearer()).statusCode()).isEqualTo(404);
  }

  // ---- from the dashboard to a workspace

  @Test
  void a_pass_opens_its_own_host_once() throws Exception {
    var host = opened() + ".ws.berth.localhost:8433";
    var code = code(pass(ann, host, "/a?b"));

    assertThat(redeem(code, host).body()).contains("\"host\":\"" + host + "\"");
    assertThat(redeem(code, host).statusCode()).as("again").isEqualTo(404);
    assertThat(redeem(code(pass(ann, host, "/")), "3000-" + host).statusCode()).isEqualTo(404);
  }

  @Test
  void on_the_way_through_a_pass_a_browser_tells_the_origin_of_who_embeds_and_no_path()
      throws Exception {
    var host = "3000-" + opened() + ".ws.berth.localhost:8433";

    assertThat(pass(ann, host, "/").headers().allValues("referrer-policy"))
        .containsExactly("strict-origin");
    var link = "/login/" + control.accounts().loginToken(control.accounts().owner());
    assertThat(send("GET", link, "", Map.of()).headers().allValues("referrer-policy"))
        .as("where the address itself is the secret")
        .containsExactly("no-referrer");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "/a\r\nset-cookie: x",
        "",
        "evil",
        "/\u202e"
      })
  void a_pass_leads_to_a_path_of_its_host_only(String to) throws Exception {
    var answer = pass(ann, opened() + ".ws.berth.localhost:8433", to);

    assertThat(location(answer)).endsWith("&to=%2F");
    assertThat(location(pass(ann, opened() + ".ws.berth.localhost:8433", "/a%2f?b=//c")))
        .endsWith("&to=%2Fa%252f%3Fb%3D%2F%2Fc");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example",
        "x.ws.evil.example",
        "",
        ".ws.berth.localhost:8433",
        "ID.ws.berth.localhost:8433.evil.example",
        "ID.ws.berth.localhost:8433@evil.example",
        "evil.example/ID.ws.berth.localhost:8433"
      })
  void there_is_no_pass_for_another_host(String host) throws Exception {
    var answer = pass(ann, host.replace("ID", opened()), "/");

    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(answer.headers().firstValue("location")).isEmpty();
  }

  // ---- what makes no sense

  @Test
  void a_body_that_makes_no_sense_is_refused_with_a_remedy() throws Exception {
    var path = "/api/v1/workspaces";
    for (var body :
        List.of(
            "",
            "null",
            "{",
            "[]",
            "{}",
            "{\"contextUrl\":\"\"}",
            "{\"contextUrl\":7}",
            "{\"contextUrl\":\"x\",\"whenOneExists\":\"perhaps\"}",
            "{\"a\":" + "[".repeat(100_000),
            "{\"contextUrl\":\"https://h.example/a/b\\u0000\"}",
            "{\"contextUrl\":\"https://h.example/a/%s\"}".formatted("b".repeat(65536)),
            "{\"contextUrl\":\"https://h.example/a/%s\"}".formatted("b".repeat(5000)))) {
      var answer = ann.post(path, body);
      var shown = body.substring(0, Math.min(60, body.length()));
      assertThat(answer.statusCode()).as(shown).isEqualTo(400);
      assertThat(answer.body()).as(shown).contains("\"remedy\":\"").hasSizeLessThan(1000);
    }
    assertThat(ann.post(path, " ".repeat(2 << 20)).statusCode()).isEqualTo(413);
    var form = with(ann.page(), Map.of("content-type", "application/x-www-form-urlencoded"));
    assertThat(send("POST", path, "contextUrl=x", form).statusCode()).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"..%2f..%2fetc", "%00", "a%0d%0ab", "A-B-C", "%e2%80%ae", "'%20OR%201=1"})
  void an_id_that_is_none_is_refused(String id) throws Exception {
    assertThat(ann.get("/api/v1/workspaces/" + id).statusCode()).isEqualTo(400);
    assertThat(ann.post("/api/v1/workspaces/" + id + "/stop", "").statusCode()).isEqualTo(400);
  }

  @Test
  void a_client_who_hangs_up_breaks_nothing() throws Exception {
    var id = opened();
    for (int i = 0; i < 40; i++) {
      try (var socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
        socket.setSoLinger(true, 0); // a reset, at once
        socket
            .getOutputStream()
            .write(
                "POST /api/v1/workspaces/%s/start HTTP/1.1\r\nhost: x\r\nauthorization: %s\r\ncontent-length: 0\r\n\r\n"
                    .formatted(id, bearer().get("authorization"))
                    .getBytes(StandardCharsets.UTF_8));
      }
    }
    assertThat(ann.get("/api/v1/workspaces").statusCode()).isEqualTo(200);
    assertThat(ann.post("/api/v1/workspaces/" + id + "/stop", "").statusCode()).isEqualTo(200);
  }

  // ---- words of the tests

  private String opened() throws Exception {
    var made = ann.post("/api/v1/workspaces", "{\"contextUrl\":\"%s\"}".formatted(repository));
    assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
    var id = id(made);
    awaitPhase(id, "running");
    return id;
  }

  private void awaitPhase(String id, String phase) {
    await().atMost(Duration.ofSeconds(20)).until(() -> phase(id).equals(phase));
  }

  private String phase(String id) throws Exception {
    return found("\"phase\":\\{\"kind\":\"([a-z]+)\"", ann.get("/api/v1/workspaces/" + id).body());
  }

  private static String id(HttpResponse<String> answer) {
    return found("\"id\":\"([^\"]+)\"", answer.body());
  }

  private static String found(String pattern, String text) {
    var match = Pattern.compile(pattern).matcher(text);
    assertThat(match.find()).as(pattern + " in " + text).isTrue();
    return match.group(1);
  }

  private HttpResponse<String> pass(Browser who, String host, String to) throws Exception {
    return who.get(
        "/_berth/pass?host=%s&to=%s"
            .formatted(
                URLEncoder.encode(host, StandardCharsets.UTF_8),
                URLEncoder.encode(to, StandardCharsets.UTF_8)));
  }

  private static String location(HttpResponse<String> answer) {
    return answer.headers().firstValue("location").orElseThrow();
  }

  private static String code(HttpResponse<String> pass) {
    return found("/_berth/enter\\?code=([^&]+)&", location(pass));
  }

  private HttpResponse<String> redeem(String code, String host) throws Exception {
    return send(
        "POST",
        "/internal/v1/codes",
        "{\"code\":\"%s\",\"host\":\"%s\"}".formatted(code, host),
        gateway());
  }

  private Map<String, String> bearer() {
    return Map.of("authorization", "Bearer " + control.accounts().commandLineToken());
  }

  private Map<String, String> gateway() {
    return Map.of("authorization", "Bearer " + keys.token(Control.GATEWAY_KEY));
  }

  private static Map<String, String> with(Map<String, String> one, Map<String, String> more) {
    var all = new HashMap<>(one);
    all.putAll(more);
    return all;
  }

  private int port() {
    return server.address().getPort();
  }

  private HttpRequest.Builder request(String path, Map<String, String> headers) {
    var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path));
    with(Map.of("content-type", "application/json"), headers).forEach(request::header);
    return request.timeout(Duration.ofSeconds(30));
  }

  private HttpResponse<String> send(
      String method, String path, String body, Map<String, String> headers) throws Exception {
    return client.send(
        request(path, headers).method(method, BodyPublishers.ofString(body)).build(),
        BodyHandlers.ofString());
  }

  private Events events(String path, Map<String, String> headers) throws Exception {
    var answer = client.send(request(path, headers).build(), BodyHandlers.ofInputStream());
    assertThat(answer.statusCode()).isEqualTo(200);
    return new Events(
        new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8)));
  }

  private Browser browser(User user) throws Exception {
    var login = send("GET", "/login/" + control.accounts().loginToken(user), "", Map.of());
    var cookie = login.headers().firstValue("set-cookie").orElseThrow();
    assertThat(cookie).startsWith("__Host-").contains("HttpOnly", "Secure", "SameSite=Lax");
    return new Browser(cookie.substring(0, cookie.indexOf(';')));
  }

  /** The dashboard in a browser that is logged in. */
  private final class Browser {
    private final String session;

    Browser(String session) {
      this.session = session;
    }

    Map<String, String> cookie() {
      return Map.of("cookie", session);
    }

    Map<String, String> page() {
      return with(cookie(), Map.of("origin", DASHBOARD));
    }

    HttpResponse<String> get(String path) throws Exception {
      return ControlTest.this.send("GET", path, "", cookie());
    }

    HttpResponse<String> post(String path, String body) throws Exception {
      return send("POST", path, body);
    }

    HttpResponse<String> send(String method, String path, String body) throws Exception {
      return ControlTest.this.send(method, path, body, page());
    }

    Events events() throws Exception {
      return ControlTest.this.events("/api/v1/events", cookie());
    }
  }

  /** A stream of events. */
  private record Events(BufferedReader lines) implements AutoCloseable {
    String next() throws Exception {
      while (true) {
        var line = Optional.ofNullable(lines.readLine()).orElseThrow();
        if (line.startsWith("data: ")) return line.substring(6);
      }
    }

    boolean ended() throws Exception {
      while (true) {
        if (lines.readLine() == null) return true;
      }
    }

    int linesWithin(Duration time) throws Exception {
      long end = System.nanoTime() + time.toNanos();
      int seen = 0;
      while (System.nanoTime() < end && seen < 1000) {
        if (lines.ready() && lines.readLine() != null) seen++;
        else Thread.onSpinWait();
      }
      return seen;
    }

    @Override
    public void close() throws IOException {
      lines.close();
    }
  }
}
