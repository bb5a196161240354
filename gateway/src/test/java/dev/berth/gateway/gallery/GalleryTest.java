package dev.berth.gateway.gallery;

import static dev.berth.gateway.gallery.StubRegistry.answer;
import static dev.berth.gateway.gallery.StubRegistry.say;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.gateway.route.Addresses;
import dev.berth.protocol.UserId;
import dev.berth.protocol.WorkspaceId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes of the registry's answers, good and bad, over real sockets and a real folder. */
final class GalleryTest {
  private static final String D = "http://berth.localhost:8433";
  private static final String IDE = "octo-hello-abcdefghijk.ws.berth.localhost:8433";
  private static final String QUERY = "/vscode/gallery/extensionquery";
  private static final String VSIX =
      "/vscode/asset/acme/tool/1.2.3/Microsoft.VisualStudio.Services.VSIXPackage";

  /** A registry that is well may take its time on a busy machine, as it may in earnest. */
  private static final GalleryConfig.Bounds BOUNDS =
      waiting(
          GalleryConfig.Bounds.DEFAULT.silence(),
          GalleryConfig.Bounds.DEFAULT.head(),
          GalleryConfig.Bounds.DEFAULT.whole());

  /** For one that does not begin to answer. */
  private static final GalleryConfig.Bounds IMPATIENT =
      waiting(Duration.ofMillis(700), Duration.ofMillis(1500), BOUNDS.whole());

  /** Far below what {@link #BOUNDS} wait for an answer to begin. */
  private static final Duration SOON = Duration.ofSeconds(20);

  private final HttpClient client = HttpClient.newHttpClient();
  private final Wheel clock = new Wheel();
  private final Map<WorkspaceId, UserId> owners = new HashMap<>();

  @TempDir private Path folder;
  private StubRegistry registry;
  private Gallery gallery;

  /** A clock that a test turns. */
  private static final class Wheel extends Clock {
    private volatile Instant now = Instant.parse("2026-11-21T09:00:00Z");

    void turn(Duration time) {
      now = now.plus(time);
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  @BeforeEach
  void open() throws IOException {
    registry = new StubRegistry(answer(200, "application/json", "{\"results\":[]}"));
    gallery = gallery(BOUNDS);
  }

  @AfterEach
  void close() {
    client.close();
    gallery.close();
    registry.close();
  }

  private static GalleryConfig.Bounds waiting(Duration silence, Duration head, Duration whole) {
    return new GalleryConfig.Bounds(
        200_000,
        100_000,
        50_000,
        GalleryConfig.Bounds.DEFAULT.connect(),
        silence,
        head,
        whole,
        Duration.ZERO);
  }

  private Gallery gallery(GalleryConfig.Bounds bounds) {
    var config = new GalleryConfig(registry.address(), folder, bounds);
    return Gallery.open(
        config, new Addresses(URI.create(D)), id -> Optional.ofNullable(owners.get(id)), clock);
  }

  private void reopen(GalleryConfig.Bounds bounds) {
    gallery.close();
    gallery = gallery(bounds);
  }

  private HttpResponse<String> send(String method, String host, String path, String body)
      throws Exception {
    var at = URI.create("http://127.0.0.1:" + gallery.address().getPort() + path);
    var publisher =
        body.isEmpty()
            ? HttpRequest.BodyPublishers.noBody()
            : HttpRequest.BodyPublishers.ofString(body);
    var request =
        HttpRequest.newBuilder(at)
            .header("host", host)
            .header("cookie", "secret=1")
            .header("x-market-user-id", "anna")
            .method(method, publisher)
            .build();
    return client.send(request, HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> get(String path) throws Exception {
    return send("GET", IDE, "/_berth/open-vsx" + path, "");
  }

  private HttpResponse<String> query(String body) throws Exception {
    return send("POST", IDE, "/_berth/open-vsx" + QUERY, body);
  }

  /** Until then who asks is given what is coming, though it lies there in full already. */
  private static boolean isKept(HttpResponse<String> response) {
    return status(response).equals("Berth; hit");
  }

  private static String status(HttpResponse<String> response) {
    return response.headers().firstValue("cache-status").orElse("none");
  }

  private int asked() {
    return registry.asked.size();
  }

  @Test
  void a_question_is_asked_once_and_then_answered_from_the_copy() throws Exception {
    assertThat(status(query("{\"a\":1}"))).isEqualTo("Berth; fwd=miss; stored");
    await().until(() -> status(query("{\"a\":1}")).equals("Berth; hit"));
    assertThat(asked()).isEqualTo(1);

    var question = registry.asked.remove();
    assertThat(question.body()).isEqualTo("{\"a\":1}");
    assertThat(question.headers())
        .contains("content-type: application/json", "user-agent: berth")
        .noneMatch(header -> header.contains("secret") || header.contains("anna"));

    query("{\"a\":2}");
    get(QUERY);
    assertThat(asked()).isEqualTo(2);
  }

  @Test
  void a_copy_of_a_list_is_asked_for_again_after_5_minutes_one_of_a_file_after_a_day()
      throws Exception {
    query("{}");
    get(VSIX);
    clock.turn(Duration.ofMinutes(4));
    await().until(() -> status(query("{}")).endsWith("hit") && status(get(VSIX)).endsWith("hit"));
    assertThat(asked()).isEqualTo(2);

    clock.turn(Duration.ofMinutes(2));
    assertThat(status(query("{}"))).contains("miss");
    assertThat(status(get(VSIX))).endsWith("hit");
    clock.turn(Duration.ofDays(1));
    assertThat(status(get(VSIX))).contains("miss");
  }

  @Test
  void what_it_says_of_itself_leads_to_us_and_nothing_else_does() throws Exception {
    var at = registry.address().toString();
    registry.says(
        answer(
            200,
            "application/json; charset=utf-8",
            """
            {"source":"%1$s/vscode/asset/a/b/1/x","esc":"%2$s","page":"%1$s/extension/a/b",
             "near":"%1$s.evil.example/vscode/x","text":"see %1$s/vscode/x","n":1.50,"a":["%1$s/api/a"]}
            """
                .formatted(at, at.replace("/", "\\/") + "\\/vscode\\/gallery\\/x")));
    var ours = "http://" + IDE + "/_berth/open-vsx";
    assertThat(query("{}").body())
        .contains("\"source\":\"" + ours + "/vscode/asset/a/b/1/x\"")
        .contains("\"esc\":\"" + ours + "/vscode/gallery/x\"")
        .contains("\"page\":\"" + at + "/extension/a/b\"")
        .contains("\"near\":\"" + at + ".evil.example/vscode/x\"")
        .contains("\"text\":\"see " + at + "/vscode/x\"")
        .contains("\"n\":1.50", "[\"" + ours + "/api/a\"]");
    assertThat(send("POST", "open-vsx.berth.localhost:8433", QUERY, "{}").body())
        .contains("\"source\":\"http://open-vsx.berth.localhost:8433/vscode/asset/a/b/1/x\"");
    assertThat(asked()).isEqualTo(1);
  }

  @Test
  void a_file_stays_byte_for_byte() throws Exception {
    var manifest = "{ \"at\": \"" + registry.address() + "/vscode/x\" }";
    registry.says(answer(200, "application/json", manifest));
    assertThat(get("/vscode/asset/acme/tool/1.2.3/Microsoft.VisualStudio.Code.Manifest").body())
        .isEqualTo(manifest);
  }

  @ParameterizedTest(name = "{0} is sent as {1}")
  @CsvSource({
    "text/html, text/plain; charset=utf-8",
    "text/javascript; charset=utf-8, text/plain; charset=utf-8",
    "application/xhtml+xml, application/octet-stream",
    "application/javascript, application/octet-stream",
    "application/zip, application/octet-stream",
    "image/png, image/png",
    "IMAGE/svg+xml, image/svg+xml",
    "application/json, application/json",
  })
  void nothing_is_a_page_or_a_script_of_the_workspaces_host(String type, String sent)
      throws Exception {
    registry.says(answer(200, type, "<script>"));
    var answer = get(VSIX);
    assertThat(answer.headers().firstValue("content-type")).contains(sent);
    assertThat(answer.headers().firstValue("content-security-policy"))
        .contains("default-src 'none'; sandbox");
    assertThat(answer.headers().firstValue("x-content-type-options")).contains("nosniff");
    assertThat(answer.headers().firstValue("set-cookie")).isEmpty();
  }

  @ParameterizedTest(name = "{0} {1} is answered {2} and asks nobody")
  @CsvSource({
    "GET, /, 404",
    "GET, /user/auth, 404",
    "GET, /vscodex/a, 404",
    "GET, /vscode/../user, 404",
    "GET, /vscode/%2e%2E/user, 404",
    "GET, /vscode/a%5c..%5cb, 404",
    "GET, /vscode//evil.example/, 404",
    "GET, /vscode/%00, 404",
    "GET, /vscode/%zz, 404",
    "POST, /api/-/publish, 403",
    "DELETE, /vscode/gallery/x, 403",
    "POST, /vscode/asset/a/b/1.0/x, 403",
  })
  void what_is_not_to_be_read_is_not_asked_for(String method, String path, int status)
      throws Exception {
    assertThat(raw(method, "/_berth/open-vsx" + path)).startsWith("HTTP/1.1 " + status + " ");
    assertThat(asked()).isZero();
  }

  /** By a plain socket: the client would refuse some of these itself. */
  private String raw(String method, String path) throws IOException {
    try (var socket =
        new java.net.Socket(InetAddress.getLoopbackAddress(), gallery.address().getPort())) {
      say(
          socket.getOutputStream(),
          "%s %s HTTP/1.1\r\nHost: %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
              .formatted(method, path, IDE));
      return new String(
          socket.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "berth.localhost:8433",
        "3000-" + IDE,
        "evil.example",
        "127.0.0.1:8433",
        IDE + "0"
      })
  void it_is_nothing_but_the_registry(String host) throws Exception {
    assertThat(send("GET", host, "/_berth/open-vsx" + VSIX, "").statusCode()).isEqualTo(404);
    assertThat(send("GET", IDE, VSIX, "").statusCode()).isEqualTo(404);
    assertThat(asked()).isZero();
  }

  @Test
  void everybodys_name_may_be_asked_by_any_page() throws Exception {
    var answer = send("OPTIONS", "open-vsx.berth.localhost:8433", QUERY, "");
    assertThat(answer.statusCode()).isEqualTo(204);
    assertThat(answer.headers().firstValue("access-control-allow-origin")).contains("*");
    assertThat(get(VSIX).headers().firstValue("access-control-allow-origin")).isEmpty();
  }

  @Test
  void the_page_of_an_extension_is_the_registrys_own() throws Exception {
    var answer = get("/vscode/item?itemName=a.b");
    assertThat(answer.statusCode()).isEqualTo(302);
    assertThat(answer.headers().firstValue("location"))
        .contains(registry.address() + "/vscode/item?itemName=a.b");
  }

  // A registry that is not well.

  @Test
  void away_an_old_copy_is_served_for_72_hours_and_a_file_for_30_days() throws Exception {
    query("{}");
    get(VSIX);
    await().until(() -> isKept(query("{}")) && isKept(get(VSIX)));
    registry.goAway();
    clock.turn(Duration.ofHours(71));
    assertThat(status(query("{}"))).isEqualTo("Berth; hit; detail=stale");
    assertThat(query("{}").body()).isEqualTo("{\"results\":[]}");
    clock.turn(Duration.ofHours(2));
    assertThat(query("{}").statusCode()).isEqualTo(503);
    clock.turn(Duration.ofDays(20));
    assertThat(get(VSIX).statusCode()).isEqualTo(200);
    clock.turn(Duration.ofDays(10));
    var refused = get(VSIX);
    assertThat(refused.statusCode()).isEqualTo(503);
    assertThat(refused.body())
        .contains("does not answer", "editor.gallery", registry.address().toString());

    registry.comeBack();
    // A question that comes while the last one's answer is not ended yet shares it.
    await().until(() -> get(VSIX).statusCode() == 200);
  }

  private long kept() throws IOException {
    try (var files = Files.list(folder)) {
      return files.filter(file -> !file.toString().endsWith(".draft")).count();
    }
  }

  private long drafts() throws IOException {
    try (var files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".draft")).count();
    }
  }

  @ParameterizedTest(name = "answers {0}")
  @ValueSource(ints = {500, 502, 503, 429, 403, 204, 206})
  void an_answer_of_no_use_is_replaced_by_an_old_copy_and_never_kept(int status) throws Exception {
    registry.says(answer(status, "application/json", "{\"bad\":1}"));
    assertThat(query("{}").statusCode()).isEqualTo(503);
    registry.says(answer(200, "application/json", "{\"good\":1}"));
    query("{}");
    await().until(() -> isKept(query("{}")));
    registry.says(answer(status, "application/json", "{\"bad\":1}"));
    clock.turn(Duration.ofMinutes(6));
    assertThat(query("{}").body()).isEqualTo("{\"good\":1}");
  }

  @Test
  void what_is_gone_from_the_registry_is_gone_here_and_an_extension_that_never_was_is_told()
      throws Exception {
    get(VSIX);
    await().until(() -> isKept(get(VSIX)));
    registry.says(answer(404, "text/html", "<h1>No</h1>"));
    clock.turn(Duration.ofDays(2));
    assertThat(get(VSIX).statusCode()).isEqualTo(404);
    assertThat(get(VSIX).body()).contains("no such thing");
    assertThat(kept()).isZero();
    registry.goAway();
    // A question that comes while the last one's answer is not ended yet shares it.
    await().until(() -> get(VSIX).statusCode() == 503);
  }

  @Test
  void a_page_of_somebody_between_is_no_answer_to_a_question() throws Exception {
    registry.says(answer(200, "text/html", "<h1>Log in to the network</h1>"));
    assertThat(query("{}").statusCode()).isEqualTo(503);
    registry.says(answer(200, "application/json", "{\"half\":"));
    assertThat(query("{}").statusCode()).isEqualTo(503);
    await().until(() -> drafts() == 0);
    assertThat(kept()).isZero();
  }

  @Test
  void one_that_is_silent_is_waited_for_no_longer_than_its_time() throws Exception {
    reopen(IMPATIENT);
    registry.says((_, _) -> Thread.sleep(60_000));
    long began = System.nanoTime();
    assertThat(get(VSIX).statusCode()).isEqualTo(503);
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(SOON);
  }

  @Test
  void one_that_drips_its_head_is_given_up() throws Exception {
    reopen(IMPATIENT);
    registry.says((_, out) -> {
      say(out, "HTTP/1.1 200 OK\r\nX: ");
      while (true) {
        say(out, "x");
        Thread.sleep(100);
      }
    });
    long began = System.nanoTime();
    assertThat(get(VSIX).statusCode()).isEqualTo(503);
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(SOON);
  }

  @Test
  void one_that_drips_its_body_is_given_up_and_not_kept() throws Exception {
    reopen(waiting(BOUNDS.silence(), BOUNDS.head(), Duration.ofSeconds(4)));
    registry.says((_, out) -> {
      say(out, "HTTP/1.1 200 OK\r\nContent-Type: a/b\r\nContent-Length: 90000\r\n\r\n");
      while (true) {
        say(out, "x");
        Thread.sleep(100);
      }
    });
    assertThat(heard(VSIX)).isEqualTo("cut");
    await().until(() -> drafts() == 0);
    assertThat(kept()).isZero();
  }

  /** The status of an answer that came whole; what broke before its first byte is a 503. */
  private String heard(String path) throws Exception {
    try {
      return String.valueOf(get(path).statusCode());
    } catch (IOException e) {
      return "cut";
    }
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"", "Content-Length: 99999999999\r\n", "Transfer-Encoding: chunked\r\n"})
  void an_endless_answer_is_cut_at_its_bound(String length) throws Exception {
    registry.says((_, out) -> {
      say(out, "HTTP/1.1 200 OK\r\nContent-Type: a/b\r\n" + length + "\r\n");
      var piece = "x".repeat(1000);
      while (true) say(out, length.startsWith("T") ? "3e8\r\n" + piece + "\r\n" : piece);
    });
    assertThat(heard(VSIX)).isNotEqualTo("200");
    await().until(() -> drafts() == 0);
    assertThat(kept()).isZero();
    assertThat(query("{}").statusCode()).isEqualTo(503);
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {"Content-Length: 100\r\n\r\nshort", "Transfer-Encoding: chunked\r\n\r\n5\r\nab"})
  void a_truncated_answer_is_never_taken_for_a_whole_one(String rest) throws Exception {
    registry.says((_, out) -> {
      say(out, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n" + rest);
      throw new IOException("hangs up");
    });
    assertThat(heard(VSIX)).isNotEqualTo("200");
    assertThat(query("{}").statusCode()).isEqualTo(503);
    assertThat(kept()).isZero();
  }

  @Test
  void bytes_beyond_the_length_are_no_answer_to_the_next_question() throws Exception {
    registry.says((_, out) ->
        say(
            out,
            "HTTP/1.1 200 OK\r\nContent-Type: a/b\r\nContent-Length: 4\r\n\r\ngood"
                + "HTTP/1.1 200 OK\r\nContent-Type: a/b\r\nContent-Length: 4\r\n\r\nevil"));
    assertThat(get(VSIX).body()).isEqualTo("good");
    assertThat(get(VSIX + "?x=1").body()).isEqualTo("good");
    assertThat(get(VSIX + "?x=2").body()).isEqualTo("good");
  }

  @ParameterizedTest(name = "to {0}")
  @ValueSource(
      strings = {
        "http://169.254.169.254/latest/meta-data/",
        "https://169.254.169.254/latest/",
        "https://[fd00:ec2::254]/",
        "https://10.1.2.3/x",
        "https://localhost/x",
        "http://example.com/",
        "file:///etc/passwd",
        "https://user@example.com/",
        "",
        "::",
      })
  void it_is_not_followed_to_inner_addresses_nor_without_tls(String to) throws Exception {
    registry.says((_, out) ->
        say(out, "HTTP/1.1 302 X\r\nLocation: " + to + "\r\nContent-Length: 0\r\n\r\n"));
    assertThat(get(VSIX).statusCode()).isEqualTo(503);
    assertThat(kept()).isZero();
  }

  @Test
  void it_is_followed_to_itself() throws Exception {
    registry.says((asked, out) -> {
      if (asked.target().equals("/files/1")) answer(200, "a/b", "there").with(asked, out);
      else say(out, "HTTP/1.1 302 X\r\nLocation: /files/1\r\nContent-Length: 0\r\n\r\n");
    });
    assertThat(get(VSIX).body()).isEqualTo("there");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1", "0.0.0.0", "10.0.0.1", "100.64.0.1", "169.254.1.1", "172.16.0.1", "192.0.0.8",
        "192.168.1.1", "198.18.0.1", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1",
        "fc00::1", "ff02::1", "::ffff:10.0.0.1", "64:ff9b::a00:1"
      })
  void inner_addresses_are_known(String address) throws Exception {
    assertThat(Redirects.isPublic(InetAddress.getByName(address))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.1.1.1", "100.63.0.1", "172.15.0.1", "198.17.0.1", "2606:4700::1111"})
  void public_addresses_are_known(String address) throws Exception {
    assertThat(Redirects.isPublic(InetAddress.getByName(address))).isTrue();
  }

  // The shelf.

  @Test
  void many_who_want_the_same_ask_once_and_read_while_it_comes() throws Exception {
    var goOn = new CountDownLatch(1);
    registry.says((_, out) -> {
      say(out, "HTTP/1.1 200 OK\r\nContent-Type: a/b\r\nContent-Length: 8\r\n\r\nhalf");
      goOn.await(10, TimeUnit.SECONDS);
      say(out, "half");
    });
    var reading = new ArrayList<CompletableFuture<String>>();
    for (int i = 0; i < 20; i++) {
      reading.add(
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return get(VSIX).body();
                } catch (Exception e) {
                  throw new IllegalStateException(e);
                }
              },
              Thread::startVirtualThread));
    }
    await().until(() -> asked() == 1);
    goOn.countDown();
    assertThat(reading.stream().map(CompletableFuture::join)).containsOnly("halfhalf").hasSize(20);
    assertThat(asked()).isEqualTo(1);
  }

  @Test
  void the_least_recently_used_make_place() throws Exception {
    registry.says(answer(200, "a/b", "x".repeat(60_000)));
    for (int i = 1; i <= 3; i++) {
      get(VSIX + "?n=" + i);
      int n = i;
      await().until(() -> kept() == n && drafts() == 0);
    }
    await().until(() -> isKept(get(VSIX + "?n=1"))); // used again
    get(VSIX + "?n=4");
    await().until(() -> isKept(get(VSIX + "?n=4")));
    assertThat(kept()).isEqualTo(3);
    assertThat(status(get(VSIX + "?n=1"))).endsWith("hit");
    assertThat(status(get(VSIX + "?n=2"))).contains("miss");
  }

  @Test
  void one_who_asks_for_very_much_pushes_out_his_own_copies() throws Exception {
    registry.says(answer(200, "a/b", "x".repeat(30_000)));
    var anns = WorkspaceId.create("ann", "hello");
    var bobs = WorkspaceId.create("bob", "hello");
    owners.put(anns, UserId.create());
    owners.put(bobs, UserId.create());
    for (int i = 1; i <= 3; i++) {
      ask(bobs, "?bob=" + i);
      int n = i;
      await().until(() -> kept() == n && drafts() == 0);
    }

    for (int i = 1; i <= 20; i++) {
      var copy = "?ann=" + i;
      await().until(() -> isKept(ask(anns, copy)));
    }

    assertThat(kept()).isEqualTo(6);
    for (int i = 1; i <= 3; i++) assertThat(status(ask(bobs, "?bob=" + i))).endsWith("hit");
    assertThat(status(ask(anns, "?ann=20"))).endsWith("hit");
    assertThat(status(ask(anns, "?ann=1"))).contains("miss");
  }

  private HttpResponse<String> ask(WorkspaceId workspace, String query) throws Exception {
    return send(
        "GET", IDE.replaceFirst("[^.]*", workspace.value()), "/_berth/open-vsx" + VSIX + query, "");
  }

  @Test
  void copies_outlive_a_restart_and_drafts_do_not() throws Exception {
    get(VSIX);
    await().until(() -> kept() == 1);
    gallery.close();
    Files.writeString(folder.resolve("0".repeat(64) + ".draft"), "half");
    registry.goAway();

    gallery = gallery(BOUNDS);

    assertThat(status(get(VSIX))).isEqualTo("Berth; hit");
    assertThat(drafts()).isZero();
  }

  @ParameterizedTest(name = "all but the last {0} bytes")
  @ValueSource(ints = {1, 12, 40, 100_000})
  void a_damaged_copy_is_none(int missing) throws Exception {
    registry.says(answer(200, "a/b", "whole"));
    get(VSIX);
    await().until(() -> kept() == 1);
    gallery.close();
    try (var files = Files.list(folder)) {
      var copy = files.findFirst().orElseThrow();
      var bytes = Files.readAllBytes(copy);
      Files.write(copy, java.util.Arrays.copyOf(bytes, Math.max(0, bytes.length - missing)));
    }
    gallery = gallery(BOUNDS);
    var again = get(VSIX);
    assertThat(status(again)).contains("miss");
    assertThat(again.body()).isEqualTo("whole");
  }

  @Test
  void a_smaller_shelf_keeps_what_was_used_last() throws Exception {
    registry.says(answer(200, "a/b", "x".repeat(60_000)));
    for (int i = 1; i <= 3; i++) {
      get(VSIX + "?n=" + i);
      int n = i;
      await().until(() -> kept() == n && drafts() == 0);
      clock.turn(Duration.ofSeconds(1));
    }
    reopen(
        new GalleryConfig.Bounds(
            70_000,
            100_000,
            50_000,
            BOUNDS.connect(),
            BOUNDS.silence(),
            BOUNDS.head(),
            BOUNDS.whole(),
            BOUNDS.away()));
    assertThat(kept()).isEqualTo(1);
  }

  @Test
  void one_that_was_away_is_not_asked_by_each_of_a_pages_questions() throws Exception {
    reopen(
        new GalleryConfig.Bounds(
            200_000,
            100_000,
            50_000,
            BOUNDS.connect(),
            BOUNDS.silence(),
            BOUNDS.head(),
            BOUNDS.whole(),
            Duration.ofSeconds(15)));
    registry.goAway();
    assertThat(query("{}").statusCode()).isEqualTo(503);
    registry.comeBack();
    assertThat(query("{}").statusCode()).isEqualTo(503);
    assertThat(asked()).isZero();
    clock.turn(Duration.ofSeconds(16));
    assertThat(query("{}").statusCode()).isEqualTo(200);
  }

  @Test
  void what_is_withdrawn_from_the_folder_is_asked_for_again() throws Exception {
    get(VSIX);
    await().until(() -> isKept(get(VSIX)));
    try (var files = Files.list(folder)) {
      for (var file : List.copyOf(files.toList())) Files.delete(file);
    }
    assertThat(get(VSIX).statusCode()).isEqualTo(200);
  }
}
