package dev.berth.control.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.base.Problem;
import dev.berth.base.http.FreePorts;
import dev.berth.base.http.LoggingProxy;
import dev.berth.base.http.OutwardProxy;
import dev.berth.base.text.Quoted;
import dev.berth.control.source.GitServer.Repository;
import dev.berth.control.source.Source.Ref;
import dev.berth.definition.Definition;
import dev.berth.definition.Image;
import dev.berth.definition.Origin;
import dev.berth.protocol.Notice;
import dev.berth.protocol.inside.PortPlan;
import dev.berth.protocol.inside.TaskPlan;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ProxySelector;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Against real git servers that the test starts. */
class SourcesTest {
  private static final Definition NOTHING =
      Definition.NONE.with(
          new Origin(
              Origin.Kind.DEFAULT,
              Optional.empty(),
              "The repository has no .gitpod.yml and no devcontainer.json, and its files do not tell how it is built.",
              List.of()),
          List.of());

  private static final String YML = "tasks:\n- command: make\n";

  @TempDir Path root;
  private GitServer server;
  private Sources sources;
  private Repository hello;

  @BeforeEach
  void start() throws IOException {
    server = GitServer.start(Files.createDirectories(root.resolve("served")));
    sources = sources(Duration.ofSeconds(20), Set.of("127.0.0.1"));
    hello = server.create("octo/hello");
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
    try (var left = Files.list(root.resolve("cache"))) {
      assertThat(left).as("what git fetched is thrown away").isEmpty();
    }
  }

  @Test
  void a_repository_is_its_default_branch_with_its_file() throws Exception {
    hello.commit("main", "README.md", "hello");
    var commit = hello.commit("main", ".gitpod.yml", YML);
    hello.commit("other", "a", "b");

    var resolved = resolve("octo/hello");

    assertThat(command(resolved)).contains("make");
    assertThat(resolved.notices()).isEmpty();
    assertThat(resolved.source())
        .isEqualTo(
            new Source(
                server.url("octo/hello"),
                server.url("octo/hello.git"),
                "127.0.0.1",
                "octo",
                "hello",
                new Ref.Branch("main"),
                Optional.of(commit),
                "octo/hello - main",
                Optional.empty(),
                Map.of()));
    var content = resolved.source().content(Optional.empty(), Map.of());
    assertThat(content.location()).isEqualTo("hello");
    assertThat(content.checkout()).contains("main");
    assertThat(content.ref()).contains("refs/heads/main");
  }

  @Test
  void a_host_that_only_the_proxy_knows_is_asked_by_it() throws Exception {
    var commit = hello.commit("main", ".gitpod.yml", YML);
    var before = ProxySelector.getDefault();
    try (var proxy = new LoggingProxy(server.port())) {
      new OutwardProxy(Optional.of(proxy.address()), Optional.empty(), List.of()).begin();
      var url = ContextUrl.parse("http://git.outside.example/octo/hello");

      assertThat(sources.resolve(url, Logins.NONE).source().commit()).contains(commit);

      assertThat(proxy.asked())
          .isNotEmpty()
          .allMatch(line -> line.contains(" http://git.outside.example/octo/hello"));
    } finally {
      ProxySelector.setDefault(before);
    }
  }

  @Test
  void beside_another_the_branch_of_the_same_name_is_meant_where_there_is_one() throws Exception {
    var main = hello.commit("main", "a", "b");
    var same = hello.commit("feature/cart", "c", "d");
    var url = ContextUrl.parse(server.url("octo/hello"));
    var named = ContextUrl.parse(server.url("octo/hello/tree/main"));
    var commit = ContextUrl.parse(server.url("octo/hello/commit/" + same.substring(0, 9)));

    var there = sources.beside(url, Optional.of("feature/cart"), Logins.NONE);
    assertThat(there.ref()).isEqualTo(new Ref.Branch("feature/cart"));
    assertThat(there.commit()).contains(same);
    var missing = sources.beside(url, Optional.of("no/such"), Logins.NONE);
    assertThat(missing.ref()).isEqualTo(new Ref.Branch("main"));
    assertThat(missing.commit()).contains(main);
    assertThat(sources.beside(url, Optional.empty(), Logins.NONE).commit()).contains(main);
    assertThat(sources.beside(named, Optional.of("feature/cart"), Logins.NONE).commit())
        .contains(main);
    assertThat(sources.beside(commit, Optional.of("main"), Logins.NONE).commit()).contains(same);
  }

  @Test
  void the_default_branch_is_the_one_that_head_names() throws Exception {
    hello.commit("main", "a", "b");
    hello.commit("trunk/x", "a", "b");
    hello.run("symbolic-ref", "HEAD", "refs/heads/trunk/x");

    assertThat(resolve("octo/hello").source().ref()).isEqualTo(new Ref.Branch("trunk/x"));
  }

  @Test
  void a_head_that_names_no_branch_falls_to_another_with_a_notice() throws Exception {
    hello.commit("master", "a", "b");

    var resolved = resolve("octo/hello");

    assertThat(resolved.source().ref()).isEqualTo(new Ref.Branch("master"));
    assertThat(resolved.notices()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "tree/feature/a/b, feature/a/b",
    "tree/feature/a/b/src/x.java, feature/a/b",
    "blob/feature/c/README.md, feature/c",
    "-/tree/main/dir, main",
    "src/branch/feature/c/dir, feature/c",
  })
  void of_branches_with_slashes_the_longest_is_meant(String path, String branch) throws Exception {
    var main = hello.commit("main", "a", "b");
    for (var name : List.of("feature/a/b", "feature/c")) hello.ref("refs/heads/" + name, main);

    assertThat(resolve("octo/hello/" + path).source().ref()).isEqualTo(new Ref.Branch(branch));
  }

  @Test
  void tags_are_found_and_an_annotated_one_means_its_commit() throws Exception {
    var old = hello.commit("main", ".gitpod.yml", YML);
    hello.tag("v1/final", old);
    hello.commit("main", ".gitpod.yml", "tasks: []");

    for (var path : List.of("releases/tag/v1/final", "tree/v1/final/dir", "-/tags/v1/final")) {
      var resolved = resolve("octo/hello/" + path);
      assertThat(resolved.source().ref()).isEqualTo(new Ref.Tag("v1/final"));
      assertThat(resolved.source().commit()).contains(old);
      assertThat(command(resolved)).contains("make");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {40, 12, 7})
  void a_commit_behind_the_tip_is_found_by_its_hash(int digits) throws Exception {
    var old = hello.commit("main", ".gitpod.yml", YML);
    hello.commit("main", "a", "b");

    var resolved = resolve("octo/hello/commit/" + old.substring(0, digits));

    assertThat(resolved.source().ref()).isEqualTo(new Ref.Commit());
    assertThat(resolved.source().commit()).contains(old);
    assertThat(command(resolved)).contains("make");
    assertThat(resolve("octo/hello/tree/" + old + "/dir").source().commit()).contains(old);
  }

  @Test
  void a_commit_that_is_not_there_is_told() {
    hello.commit("main", "a", "b");

    failure("octo/hello/commit/" + "1".repeat(40))
        .isInstanceOf(Problem.Missing.class)
        .hasMessageContaining("has no commit 1111");
    failure("octo/hello/commit/1111111")
        .isInstanceOf(Problem.Missing.class)
        .hasMessageContaining("has no commit 1111111");
  }

  @ParameterizedTest
  @CsvSource({
    "pull/7, refs/pull/7/head",
    "pull/7/files, refs/pull/7/head",
    "pulls/7, refs/pull/7/head",
    "-/merge_requests/7/diffs, refs/merge-requests/7/head",
    "pull-requests/7, refs/pull-requests/7/from",
  })
  void pull_requests_are_found_at_their_refs(String path, String ref) throws Exception {
    hello.commit("main", "a", "b");
    var commit = hello.commit("hidden", ".gitpod.yml", YML);
    hello.ref(ref, commit);
    hello.run("update-ref", "-d", "refs/heads/hidden");

    var resolved = resolve("octo/hello/" + path);

    assertThat(resolved.source().ref()).isEqualTo(new Ref.PullRequest(7, ref));
    assertThat(resolved.source().commit()).contains(commit);
    assertThat(resolved.source().content(Optional.empty(), Map.of()).ref()).contains(ref);
    assertThat(command(resolved)).contains("make");
    failure("octo/hello/pull/8").isInstanceOf(Problem.Missing.class).hasMessageContaining("8");
  }

  @Test
  void an_empty_repository_is_a_source_without_a_commit() throws Exception {
    var resolved = resolve("octo/hello");

    assertThat(resolved.source().commit()).isEmpty();
    assertThat(resolved.source().ref()).isEqualTo(new Ref.Empty());
    assertThat(resolved.notices()).containsExactly(Notice.information("The repository is empty."));
    failure("octo/hello/tree/x").isInstanceOf(Problem.Missing.class).hasMessageContaining("empty");
  }

  @Test
  void a_branch_that_is_not_there_is_told_with_the_near_ones() {
    var main = hello.commit("main", "a", "b");
    hello.ref("refs/heads/feature/login", main);

    failure("octo/hello/tree/feature/logn")
        .isInstanceOfSatisfying(
            Problem.Missing.class,
            problem -> {
              assertThat(problem.what()).contains("octo/hello", "feature/logn");
              assertThat(problem.remedy()).contains("feature/login");
            });
  }

  @ParameterizedTest
  @CsvSource({"401, private", "403, private", "404, not found", "500, busy", "429, busy"})
  void a_host_that_refuses_is_told(int status, String words) {
    server.answer("octo/closed", status);
    server.answer("octo/closed.git", status);

    failure("octo/closed").isInstanceOf(Problem.class).hasMessageContaining(words);
  }

  @Test
  void a_repository_that_is_not_there_is_told() {
    failure("octo/nothing")
        .isInstanceOf(Problem.Missing.class)
        .hasMessageContaining("not found or is private");
  }

  @Test
  void a_repository_without_git_at_its_end_is_found_too() throws Exception {
    server.createAt("octo/plain").commit("main", "a", "b");

    assertThat(resolve("octo/plain").source().cloneUrl()).isEqualTo(server.url("octo/plain"));
  }

  @Test
  void a_host_that_is_not_there_is_told() throws Exception {
    failureOf("https://no-such-host.invalid/o/r")
        .isInstanceOf(Problem.Unavailable.class)
        .hasMessageContaining("no-such-host.invalid was not found");
    failureOf("http://127.0.0.1:" + FreePorts.next() + "/o/r")
        .isInstanceOf(Problem.Unavailable.class)
        .hasMessageContaining("does not take connections");
  }

  @Test
  void an_ssh_address_is_asked_by_https_and_says_so_where_that_fails() {
    assertThatThrownBy(
            () -> sources.resolve(ContextUrl.parse("git@no-such-host.invalid:octo/hello.git")))
        .isInstanceOfSatisfying(
            Problem.Unavailable.class,
            problem -> assertThat(problem.remedy()).contains("holds no SSH keys"));
  }

  @Test
  void a_host_that_speaks_no_tls_is_told() throws Exception {
    try (var plain = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual()
          .start(() -> {
            while (!plain.isClosed()) {
              try (var connection = plain.accept()) {
                connection
                    .getOutputStream()
                    .write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
              } catch (IOException e) {
                return; // the test is over
              }
            }
          });
      failureOf("https://127.0.0.1:" + plain.getLocalPort() + "/octo/hello")
          .isInstanceOf(Problem.Unavailable.class)
          .hasMessageContaining("TLS");
    }
  }

  @Test
  void a_host_that_never_answers_is_given_up() throws Exception {
    var impatient = sources(Duration.ofSeconds(2), Set.of("127.0.0.1"));
    try (var silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      var url = ContextUrl.parse("http://127.0.0.1:" + silent.getLocalPort() + "/o/r");
      assertThatThrownBy(() -> impatient.resolve(url))
          .isInstanceOf(Problem.Unavailable.class)
          .hasMessageContaining("127.0.0.1 gave no whole answer within 2 s");
    }
  }

  @Test
  void a_repository_that_moved_is_followed() throws Exception {
    hello.commit("main", "a", "b");
    server.redirect("old/name.git", server.url("octo/hello.git"));

    var resolved = resolve("old/name");

    assertThat(resolved.source().cloneUrl()).isEqualTo(server.url("octo/hello.git"));
    assertThat(resolved.source().repository()).isEqualTo("hello");
    assertThat(resolved.notices()).hasSize(1);
  }

  @Test
  void a_redirect_leads_to_no_address_inside() {
    server.redirect("old/name.git", "http://169.254.169.254/octo/hello.git");
    server.redirect("old/again.git", server.url("old/again.git"));
    server.redirect("old/file.git", "file:///etc/passwd");

    failure("old/name").isInstanceOf(Problem.Refused.class).hasMessageContaining("169.254.169.254");
    failure("old/again").isInstanceOf(Problem.class).hasMessageContaining("sends on");
    failure("old/file").isInstanceOf(Problem.Missing.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.1/o/r",
        "http://127.1/o/r",
        "http://2130706433/o/r",
        "http://[::1]/o/r",
        "http://localhost/o/r",
        "http://169.254.169.254/o/r",
        "http://0.0.0.0/o/r",
        "http://[::ffff:127.0.0.1]/o/r",
        "http://[64:ff9b::a9fe:a9fe]/o/r",
        "http://[fe80::1]/o/r",
        "http://100.100.100.200/o/r"
      })
  void addresses_inside_are_refused_by_default(String url) {
    var careful = sources(Duration.ofSeconds(5), Set.of());

    assertThatThrownBy(() -> careful.resolve(ContextUrl.parse(url)))
        .isInstanceOf(Problem.Refused.class)
        .hasMessageContaining("inside");
  }

  @Test
  void a_host_without_filters_and_single_commits_is_read_too() throws Exception {
    hello.run("config", "uploadpack.allowFilter", "false");
    hello.run("config", "uploadpack.allowAnySHA1InWant", "false");
    hello.commit("main", "a", "b");
    hello.commit("main", ".gitpod.yml", YML);

    assertThat(command(resolve("octo/hello"))).contains("make");
  }

  @Test
  void the_first_name_of_the_file_is_read_where_the_other_is_not_there() throws Exception {
    hello.commit("main", ".gitpod", YML);
    assertThat(command(resolve("octo/hello"))).contains("make");
    hello.commit("main", ".gitpod.yml", "tasks: []");
    assertThat(command(resolve("octo/hello"))).isEmpty();
  }

  @Test
  void a_devcontainer_is_read_where_there_is_no_other_definition() throws Exception {
    hello.commit("main", ".devcontainer/tools/x", "y");
    hello.commit(
        "main",
        ".devcontainer/web/devcontainer.json",
        "{\"image\": \"debian:12\", // web\n\"forwardPorts\": [3000], \"postStartCommand\": \"make\"}");

    var definition = resolve("octo/hello").definition();

    assertThat(definition.image()).isEqualTo(new Image.Reference("debian:12"));
    assertThat(definition.ports()).extracting(PortPlan::first).containsExactly(3000);
    assertThat(definition.tasks())
        .extracting(TaskPlan::command)
        .containsExactly(Optional.of("make"));
    assertThat(definition.origin().file()).contains(".devcontainer/web/devcontainer.json");
    assertThat(definition.findings()).isEmpty();
  }

  @Test
  void what_is_run_is_guessed_where_there_is_no_definition() throws Exception {
    hello.commit("main", "package.json", "{\"scripts\": {\"dev\": \"x\"}}");
    hello.commit("main", "pnpm-lock.yaml", "");

    var definition = resolve("octo/hello").definition();

    assertThat(definition.origin().kind()).isEqualTo(Origin.Kind.INFERRED);
    assertThat(definition.tasks())
        .singleElement()
        .matches(task -> task.init().orElseThrow().contains("pnpm install"))
        .matches(task -> task.command().orElseThrow().contains("pnpm run dev"));
  }

  @Test
  void a_link_a_folder_and_a_huge_file_are_not_followed() throws Exception {
    var link = "/etc/passwd".getBytes(StandardCharsets.UTF_8);
    hello.commit("link", ".gitpod.yml", link, "120000");
    hello.commit("folder", ".gitpod.yml/x", "y");
    hello.commit("large", ".gitpod.yml", "#".repeat(3 << 20));

    assertThat(resolve("octo/hello/tree/link").definition().findings())
        .singleElement()
        .matches(finding -> finding.what().contains("no plain file"));
    assertThat(resolve("octo/hello/tree/folder").definition()).isEqualTo(NOTHING);
    assertThat(resolve("octo/hello/tree/large").definition().findings())
        .singleElement()
        .matches(finding -> finding.what().contains("larger than 1 MiB"));
  }

  @Test
  void a_hundred_megabytes_beside_the_file_are_not_fetched() throws Exception {
    var noise = new byte[20 << 20];
    new Random(1).nextBytes(noise);
    hello.commit("main", "noise", noise, "100644");
    hello.commit("main", ".gitpod.yml", YML);
    long before = server.sentBytes();

    assertThat(command(resolve("octo/hello"))).contains("make");

    assertThat(server.sentBytes() - before).isBetween(100L, 1L << 20);
  }

  @Test
  void the_definition_that_somebody_chose_counts_and_must_be_there() throws Exception {
    var shop = server.create("octo/chosen");
    shop.commit("main", ".gitpod.yml", YML);
    var commit =
        shop.commit("main", ".devcontainer/go/devcontainer.json", "{\"image\": \"golang\"}");
    var url = ContextUrl.parse(server.url("octo/chosen"));

    var chosen =
        sources.resolve(url, Logins.NONE, Optional.of(".devcontainer/go/devcontainer.json"));

    assertThat(chosen.source().commit()).contains(commit);
    assertThat(chosen.definition().image()).isEqualTo(new Image.Reference("golang"));
    assertThat(chosen.definition().origin().others()).containsExactly(".gitpod.yml");
    assertThatThrownBy(
            () -> sources.resolve(url, Logins.NONE, Optional.of(".devcontainer/../.gitpod.yml")))
        .isInstanceOf(Problem.Invalid.class);
    assertThatThrownBy(() -> sources.resolve(url, Logins.NONE, Optional.of(".devcontainer.json")))
        .isInstanceOf(Problem.Missing.class)
        .hasMessageContaining("There is no file");
  }

  // ---- folders of this machine

  @Test
  void a_folder_is_opened_where_it_is_allowed() throws Exception {
    var shop = server.create("team/shop");
    var commit = shop.commit("main", ".gitpod.yml", YML);
    var branch = shop.commit("f/x", "a", "b");

    var resolved = sources.resolve(ContextUrl.parse("file://" + shop.folder()));

    assertThat(command(resolved)).contains("make");
    assertThat(resolved.source().commit()).contains(commit);
    assertThat(resolved.source().ref()).isEqualTo(new Ref.Branch("main"));
    assertThat(resolved.source().owner()).isEqualTo("team");
    assertThat(resolved.source().repository()).isEqualTo("shop");
    assertThat(resolved.source().folder()).contains(shop.folder().toRealPath());
    var other = sources.resolve(ContextUrl.parse("file://" + shop.folder() + "?at=f/x"));
    assertThat(other.source().commit()).contains(branch);
    var short7 = "file://" + shop.folder() + "?at=" + commit.substring(0, 7);
    assertThat(sources.resolve(ContextUrl.parse(short7)).source().commit()).contains(commit);
  }

  @Test
  void a_work_tree_of_another_owner_is_opened_and_runs_nothing_of_its_settings() throws Exception {
    var shop = server.create("team/shop");
    shop.commit("main", ".gitpod.yml", YML);
    var tree = root.resolve("served/tree");
    shop.run("clone", "--quiet", shop.folder().toString(), tree.toString());
    var trap = root.resolve("trap");
    var config = tree.resolve(".git/config");
    Files.writeString(
        config,
        "\n[core]\n\tfsmonitor = touch %1$s\n\tsshCommand = touch %1$s\n\tpager = touch %1$s\n"
                .formatted(trap)
            + "[alias]\n\tshow-ref = !touch %s\n".formatted(trap),
        StandardOpenOption.APPEND);
    Files.setAttribute(tree, "unix:uid", 12345);
    Files.setAttribute(tree.resolve(".git"), "unix:uid", 12345);

    assertThat(command(sources.resolve(ContextUrl.parse("file://" + tree)))).contains("make");

    assertThat(trap).doesNotExist();
  }

  @Test
  void what_is_outside_looks_like_what_is_not_there() throws Exception {
    var outside = GitServer.start(Files.createDirectories(root.resolve("outside")));
    var secret = outside.createAt("secret");
    secret.commit("main", "a", "b");
    outside.close();
    var link = Files.createSymbolicLink(root.resolve("served/link"), secret.folder());
    var shell = Files.createDirectories(root.resolve("served/shell"));
    Files.createSymbolicLink(shell.resolve(".git"), secret.folder());
    var borrower = server.createAt("borrower");
    Files.createDirectories(borrower.folder().resolve("objects/info"));
    Files.writeString(
        borrower.folder().resolve("objects/info/alternates"),
        secret.folder().resolve("objects") + "\n");

    for (var path :
        List.of(
            secret.folder(),
            link,
            shell,
            borrower.folder(),
            root.resolve("served/none"),
            Path.of("/etc"))) {
      failureOf("file://" + path)
          .isInstanceOf(Problem.Missing.class)
          .hasMessageStartingWith("No repository that may be opened");
    }
    failureOf("file://" + root.resolve("served")).isInstanceOf(Problem.Missing.class);
  }

  @Test
  void no_folder_is_opened_where_none_is_configured() {
    var none =
        Sources.open(
            new Sources.Settings(
                List.of(), Set.of(), root.resolve("cache"), Duration.ofSeconds(5)));
    assertThatThrownBy(() -> none.resolve(ContextUrl.parse("file:///etc")))
        .isInstanceOf(Problem.Refused.class);
  }

  @Test
  void where_workspaces_get_nowhere_nobody_is_asked_for_them() {
    Predicate<InetAddress> closed = address -> address.getHostAddress().equals("10.83.1.2");
    var sources =
        Sources.open(
            new Sources.Settings(
                List.of(),
                Set.of(),
                closed,
                false,
                root.resolve("cache"),
                Duration.ofSeconds(5),
                Optional.empty(),
                Optional.empty()));
    assertThatThrownBy(() -> sources.resolve(ContextUrl.parse("http://10.83.1.2:3000/a/b")))
        .isInstanceOf(Problem.Refused.class)
        .hasMessageContaining("10.83.1.2");
  }

  @Test
  void the_machine_that_workspaces_run_on_is_not_asked_for_them_whatever_is_configured()
      throws Exception {
    var here =
        Sources.open(
            new Sources.Settings(
                List.of(root.resolve("served")),
                Set.of("*"),
                _ -> false,
                true,
                root.resolve("cache"),
                Duration.ofSeconds(5),
                Optional.empty(),
                Optional.empty()));
    var own =
        NetworkInterface.networkInterfaces()
            .flatMap(NetworkInterface::inetAddresses)
            .filter(Inet4Address.class::isInstance)
            .map(InetAddress::getHostAddress)
            .toList();
    assertThat(own).contains("127.0.0.1");
    for (var host : own) {
      assertThatThrownBy(() -> here.resolve(ContextUrl.parse("http://" + host + ":9/o/r")))
          .isInstanceOfSatisfying(
              Problem.Refused.class,
              problem -> {
                assertThat(problem.what()).contains(host, "the machine that they run on");
                assertThat(problem.remedy()).contains("git.folders of berth.yaml");
              });
    }
    assertThat(Addresses.isOfThisMachine(InetAddress.getByName("192.0.2.1"))).isFalse();
  }

  private Sources sources(Duration longest, Set<String> innerHosts) {
    return Sources.open(
        new Sources.Settings(
            List.of(root.resolve("served")), innerHosts, root.resolve("cache"), longest));
  }

  private Resolved resolve(String path) throws InterruptedException {
    return sources.resolve(ContextUrl.parse(server.url(path)));
  }

  private AbstractThrowableAssert<?, ? extends Throwable> failure(String path) {
    return failureOf(server.url(path));
  }

  private AbstractThrowableAssert<?, ? extends Throwable> failureOf(String url) {
    return assertThatThrownBy(() -> sources.resolve(ContextUrl.parse(url)))
        .satisfies(failure -> {
          assertThat(failure).isInstanceOf(Problem.class);
          assertThat(Quoted.isPlain(((Problem) failure).words())).isTrue();
          assertThat(((Problem) failure).remedy()).isNotBlank();
          System.out.println(((Problem) failure).words());
        });
  }

  /** The first command of all. */
  private static Optional<String> command(Resolved resolved) {
    return resolved.definition().tasks().stream().flatMap(t -> t.command().stream()).findFirst();
  }
}
