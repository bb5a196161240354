package dev.berth.gateway;

import static dev.berth.gateway.Site.ANNA;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import dev.berth.protocol.editor.Editor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.zip.GZIPInputStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The files that an editor's tree has for all workspaces, from the tree itself. */
final class StaticFilesTest {
  private static final String IDE = Site.host(Site.WORKSPACE);
  private static final String SCRIPT = "const a = 1; // and more of the same\n".repeat(20_000);

  private Site site;
  private Upstream instance;

  @BeforeEach
  void open() throws IOException {
    site = new Site();
    instance = Upstream.answering("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\ninstance");
    tree("vscode-1", "/stable-1/static/", "secret of the tree");
    site.serve(Site.routeWithEditor(instance.port(), instance.port()));
    awaitTree("/stable-1/static/main.js");
  }

  @AfterEach
  void close() throws IOException {
    site.close();
    instance.close();
  }

  /** A tree whose folder {@code web} is served, and whose other files are not. */
  private Path tree(String name, String prefix, String secret) throws IOException {
    var draft = Files.createDirectories(site.folder.resolve("draft-" + name));
    var web = Files.createDirectories(draft.resolve("web/deep"));
    Files.writeString(draft.resolve("web/main.js"), SCRIPT);
    Files.writeString(draft.resolve("web/small.css"), "a{}");
    Files.writeString(web.resolve("a b.html"), "<p>");
    Files.write(draft.resolve("web/picture.png"), new byte[5000]);
    Files.writeString(draft.resolve("secret.js"), secret);
    Files.createSymbolicLink(draft.resolve("web/link.js"), Path.of("../secret.js"));
    Files.createSymbolicLink(draft.resolve("web/passwd"), Path.of("/etc/passwd"));
    // As text: what else an editor is says nothing of its files.
    Files.writeString(
        draft.resolve(Editor.FILE),
        """
        {"name": "vscode", "version": "1", "command": ["serve"], "env": {},
         "readyPath": "/version", "installExtension": [],
         "statics": [{"prefix": "%s", "folder": "web"}]}
        """
            .formatted(prefix));
    var trees = Files.createDirectories(site.folder.resolve("editors"));
    return Files.move(draft, trees.resolve(name));
  }

  private void awaitTree(String path) {
    Awaitility.await()
        .pollInterval(Duration.ofMillis(5))
        .until(() -> get(path, "").header("etag").isPresent());
  }

  private Heard get(String path, String headers) {
    return site.get(IDE, path, site.cookie(ANNA, IDE) + headers);
  }

  @Test
  void a_file_comes_whole_from_the_tree_and_may_be_kept_for_ever() {
    var answer = get("/stable-1/static/main.js", "");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo(SCRIPT);
    assertThat(answer.header("content-type")).contains("text/javascript; charset=utf-8");
    assertThat(answer.header("cache-control")).contains("public, max-age=31536000, immutable");
    assertThat(answer.header("vary")).contains("accept-encoding");
    assertThat(answer.header("x-content-type-options")).contains("nosniff");
    assertThat(answer.header("content-encoding")).isEmpty();
    assertThat(get("/stable-1/static/main.js?x=1", "").body()).isEqualTo(SCRIPT);
    assertThat(get("/stable-1/static/deep/a%20b.html", "").body()).isEqualTo("<p>");
    assertThat(get("/stable-1/static/picture.png", "").header("content-type"))
        .contains("image/png");
  }

  @Test
  void it_is_compressed_as_the_browser_takes_it() throws IOException {
    var zstd = get("/stable-1/static/main.js", "Accept-Encoding: gzip, deflate, br, zstd\r\n");
    assertThat(zstd.header("content-encoding")).contains("zstd");
    assertThat(zstd.body().length()).isLessThan(SCRIPT.length() / 100);
    assertThat(new String(Zstd.decompress(bytes(zstd), SCRIPT.length()), StandardCharsets.UTF_8))
        .isEqualTo(SCRIPT);

    var gzip = get("/stable-1/static/main.js", "Accept-Encoding: gzip, zstd;q=0\r\n");
    assertThat(gzip.header("content-encoding")).contains("gzip");
    try (var plain = new GZIPInputStream(new ByteArrayInputStream(bytes(gzip)))) {
      assertThat(new String(plain.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo(SCRIPT);
    }
    assertThat(site.folder.resolve("c/vscode-1")).isNotEmptyDirectory();

    var all = "Accept-Encoding: zstd, gzip\r\n";
    assertThat(get("/stable-1/static/small.css", all).header("content-encoding")).isEmpty();
    assertThat(get("/stable-1/static/picture.png", all).header("content-encoding")).isEmpty();
  }

  private static byte[] bytes(Heard answer) {
    return answer.body().getBytes(StandardCharsets.ISO_8859_1);
  }

  @Test
  void who_has_it_already_is_told_so() {
    var etag = get("/stable-1/static/main.js", "").header("etag").orElseThrow();

    var same = get("/stable-1/static/main.js", "If-None-Match: " + etag + "\r\n");
    assertThat(same.status()).isEqualTo(304);
    assertThat(same.body()).isEmpty();
    assertThat(same.header("etag")).contains(etag);
    assertThat(get("/stable-1/static/main.js", "If-None-Match: W/\"x\"\r\n").status())
        .isEqualTo(200);
  }

  @Test
  void head_tells_all_but_the_body_and_the_connection_goes_on() {
    var cookie = site.cookie(ANNA, IDE);
    try (var wire = site.wire()) {
      var rest = " HTTP/1.1\r\nHost: " + IDE + "\r\n" + cookie + "\r\n";
      var head = wire.say("HEAD /stable-1/static/main.js" + rest).answerToHead();
      assertThat(head.header("content-length")).contains(String.valueOf(SCRIPT.length()));
      assertThat(wire.say("GET /stable-1/static/small.css" + rest).answer().body())
          .isEqualTo("a{}");
      wire.say("GET /stable-1/static/main.js" + rest + "GET /stable-1/static/small.css" + rest);
      assertThat(wire.answer().body()).isEqualTo(SCRIPT);
      assertThat(wire.answer().body()).isEqualTo("a{}");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/stable-1/static/../secret.js",
        "/stable-1/static/%2e%2e/secret.js",
        "/stable-1/static/%2E./secret.js",
        "/stable-1/static/..%2fsecret.js",
        "/stable-1/static/deep/../../secret.js",
        "/stable-1/static/deep%2f..%2f..%2fsecret.js",
        "/stable-1/static/%252e%252e/secret.js",
        "/stable-1/static/..\\secret.js",
        "/stable-1/static/..%5csecret.js",
        "/stable-1/static/..;/secret.js",
        "/stable-1/static//etc/passwd",
        "/stable-1/static/%2fetc/passwd",
        "/stable-1/static/./main.js",
        "/stable-1/static/main.js%00.css",
        "/stable-1/static/main.js%0a",
        "/stable-1/static/main.js/",
        "/stable-1/static/%zz",
        "/stable-1/static/%",
        "/stable-1/static/%ff%fe",
        "/stable-1/static/",
        "/stable-1/static/deep",
        "/stable-1/static/deep/",
        "/stable-1/static/link.js",
        "/stable-1/static/passwd",
        "/stable-1/static/nosuch.js",
      })
  void nothing_else_of_the_machine_comes_out(String path) {
    var answer = get(path, "");
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.body()).doesNotContain("secret", "root:").contains("missing");
    assertThat(answer.header("cache-control")).contains("no-store");
  }

  @Test
  void names_without_an_end_are_refused() {
    assertThat(get("/stable-1/static/" + "a/".repeat(6000) + "b", "").status()).isEqualTo(404);
    assertThat(get("/stable-1/static/" + "a".repeat(12_000), "").status()).isEqualTo(404);
  }

  @Test
  void a_stranger_gets_what_he_gets_of_a_workspace_that_does_not_exist() {
    var unknown = site.get(Site.host(Site.UNKNOWN), "/stable-1/static/main.js", "");
    var stranger = site.get(IDE, "/stable-1/static/main.js", "");
    assertThat(stranger.status()).isEqualTo(404);
    assertThat(stranger.body()).isEqualTo(unknown.body());
    assertThat(stranger.headers()).isEqualTo(unknown.headers());
  }

  @Test
  void other_methods_are_the_editors_business() {
    var own = site.cookie(ANNA, IDE) + "Origin: http://" + IDE + "\r\n";
    assertThat(site.request("POST", IDE, "/stable-1/static/main.js", own).body())
        .isEqualTo("instance");
  }

  @Test
  void a_newer_tree_is_served_beside_an_older_one_until_that_is_gone() throws IOException {
    get("/stable-1/static/main.js", "Accept-Encoding: gzip\r\n");
    assertThat(get("/stable-2/static/main.js", "").body()).isEqualTo("instance");
    var newer = tree("vscode-2", "/stable-2/static/", "x");
    // A new tree comes with an instance that uses it.
    site.serve(Site.routeWithEditor(instance.port(), instance.port() + 1));
    site.serve(Site.routeWithEditor(instance.port(), instance.port()));
    awaitTree("/stable-2/static/main.js");
    assertThat(get("/stable-1/static/main.js", "").body()).isEqualTo(SCRIPT);

    Files.move(newer.resolveSibling("vscode-1"), site.folder.resolve("old"));
    site.serve(Site.routeWithEditor(instance.port(), instance.port() + 1));
    site.serve(Site.routeWithEditor(instance.port(), instance.port()));
    Awaitility.await().until(() -> get("/stable-1/static/main.js", "").body().equals("instance"));
    // What was compressed goes once the tree is served no more.
    Awaitility.await()
        .untilAsserted(() -> assertThat(site.folder.resolve("c/vscode-1")).doesNotExist());
    assertThat(get("/stable-2/static/main.js", "").body()).isEqualTo(SCRIPT);
  }

  @Test
  void a_slow_reader_holds_up_nobody() throws Exception {
    var big = site.folder.resolve("editors/vscode-1/web/big.bin");
    Files.write(big, new byte[32 << 20]);
    var rest = " HTTP/1.1\r\nHost: " + IDE + "\r\n" + site.cookie(ANNA, IDE) + "\r\n";
    try (var slow = new Socket()) {
      slow.setReceiveBufferSize(4096);
      slow.connect(site.address());
      slow.getOutputStream()
          .write(("GET /stable-1/static/big.bin" + rest).getBytes(StandardCharsets.ISO_8859_1));
      assertThat(slow.getInputStream().read()).isEqualTo('H');
      for (int i = 0; i < 20; i++) {
        assertThat(get("/stable-1/static/small.css", "").body()).isEqualTo("a{}");
      }
      long read = 1;
      var in = slow.getInputStream();
      var part = new byte[1 << 16];
      while (read < 32 << 20) read += in.read(part);
    }
  }
}
