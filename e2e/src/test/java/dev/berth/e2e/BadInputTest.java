package dev.berth.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.base.json.Json;
import dev.berth.base.process.Command;
import dev.berth.base.process.Command.Outcome;
import dev.berth.protocol.Phase;
import dev.berth.protocol.WorkspaceId;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What goes wrong says what, why and what to do; nothing is lost and nothing hangs. */
@ExtendWith(Site.Shared.class)
final class BadInputTest {
  // sysexits.h, as docs/operate lists them
  private static final int INVALID = 65;
  private static final int MISSING = 66;
  private static final int UNAVAILABLE = 69;
  private static final int CONFLICT = 75;
  private static final int REFUSED = 77;

  private final Site site;
  private final Installation berth;

  BadInputTest(Site site) {
    this.site = site;
    this.berth = site.berth();
  }

  @Test
  void an_address_that_is_none_is_refused_with_a_remedy() throws Exception {
    said(berth.berth("open", "not a url"), INVALID, "holds a space");
    said(berth.berth("open", "http://no-such-host.invalid/octo/shop"), UNAVAILABLE, "not found");
    said(berth.berth("open", "file:///etc"), REFUSED, "file");
    said(berth.berth("open", "http://127.0.0.1:9/o/r"), REFUSED, "the machine that they run on");
    said(berth.berth("stop", "no-workspace"), INVALID, "no-workspace");
    said(berth.berth("stop", "octo-shop-aaaaaaaaaaa"), MISSING, "octo-shop-aaaaaaaaaaa");
    assertThat(berth.berth("no-such-verb").exitCode()).isEqualTo(2);
  }

  @Test
  void a_host_or_repository_that_does_not_answer_is_said_which() throws Exception {
    var closed = "http://%s:81/octo/shop".formatted(site.git().address());
    refused(closed, 503, "does not take connections");
    refused(site.git().url("private/shop"), 404, "was not found or is private");
    refused(site.git().url("octo/none"), 404, "was not found or is private");
    refused(site.shop() + "/tree/feature/cart/on", 404, "feature/cart/one");
    refused(site.shop() + "/commit/" + "0".repeat(40), 404, "commit");
  }

  @Test
  void a_host_that_never_answers_is_given_up() throws Exception {
    refused(site.git().url("hang/shop"), 503, "within 20 s");
  }

  @Test
  void an_empty_repository_is_a_workspace_to_begin_in() throws Exception {
    site.git().create("octo/empty");
    var view = berth.api().run(site.git().url("octo/empty"));

    assertThat(view.notices()).anyMatch(notice -> notice.text().contains("empty"));
    var status = Inside.exec(berth.api().door(view.id()), List.of("git", "status"), "");
    assertThat(status.text()).contains("No commits yet");
    berth.api().delete(view.id());
  }

  @Test
  void a_definition_that_cannot_be_read_is_shown_and_does_not_keep_the_workspace_from_starting()
      throws Exception {
    var large = "tasks:\n" + "  - name: a task of very many\n    command: echo\n".repeat(200_000);
    var bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 12; i++) {
      bomb.append("a%d: &a%d [%s]\n".formatted(i, i, ("*a" + (i - 1) + ", ").repeat(10)));
    }
    var ports = "ports:\n  - port: 0\n  - port: 65536\n  - port: 22999\n  - port: 3000\n";
    for (var text : Map.of("large", large, "bomb", bomb.toString(), "ports", ports).entrySet()) {
      var repository = site.git().create("bad/" + text.getKey());
      Samples.small(repository, ".gitpod.yml", text.getValue());
      var view = berth.api().open(site.git().url("bad/" + text.getKey()));
      assertThat(view.findings())
          .as(text.getKey())
          .isNotEmpty()
          .allMatch(finding -> !finding.what().isBlank() && !finding.remedy().isBlank());
      if (text.getKey().equals("ports")) {
        assertThat(view.findings()).extracting(finding -> finding.line()).contains(2, 3, 4);
        assertThat(view.ports()).extracting(port -> port.port()).containsExactly(3000);
      }
      berth.api().running(view.id());
      berth.api().delete(view.id());
    }
  }

  @Test
  void a_port_that_none_can_serve_is_refused() throws Exception {
    var id = berth.api().open(site.small()).id();
    for (var port : List.of("0", "65536", "22999", "x")) {
      var path = Api.path(id) + "/ports/" + port;
      var answer = berth.api().call("PUT", path, "{\"visibility\":\"public\"}");
      assertThat(answer.status()).as(answer.body()).isEqualTo(400);
      assertThat(answer.body()).contains("\"remedy\"", "1 to 65535");
    }
    berth.api().delete(id);
  }

  @Test
  void an_image_of_a_registry_that_does_not_answer_fails_the_start_with_its_name()
      throws Exception {
    var image = site.git().address() + ":5000/octo/image:1";
    Samples.small(site.git().create("bad/image"), ".gitpod.yml", "image: " + image + "\n");
    var id = berth.api().open(site.git().url("bad/image")).id();

    var failed =
        await()
            .atMost(Duration.ofSeconds(60))
            .until(() -> berth.api().find(id), view -> view.phase() instanceof Phase.Failed);
    var phase = (Phase.Failed) failed.phase();
    assertThat(phase.what()).contains(site.git().address());
    assertThat(phase.remedy()).isNotBlank();
    berth.api().delete(id);
    berth.api().gone(id);
  }

  @Test
  @Timeout(240)
  void tasks_that_print_a_gigabyte_or_never_end_harm_nobody() throws Exception {
    var definition =
        """
        tasks:
          - name: flood
            command: yes "$(printf %100s x)" | head -c 1G; echo the flood is over
          - name: endless
            command: while true; do sleep 1; done
        """;
    Samples.small(site.git().create("bad/flood"), ".gitpod.yml", definition);
    var id = berth.api().run(site.git().url("bad/flood")).id();

    var shell = Shell.open(berth.api().door(id));
    shell.type("echo alive $((40 + 2))");
    shell.shows("alive 42");
    shell.close();
    await()
        .atMost(Duration.ofSeconds(150))
        .pollInterval(Duration.ofSeconds(1))
        .until(() -> logs(id).contains("the flood is over"));
    assertThat(logs(id).length()).isLessThan(4 << 20);
    assertThat(residentMib(berth.firstProcess(id).orElseThrow())).isLessThan(200);
    assertThat(residentMib(berth.process().pid())).isLessThan(700);
    berth.api().stop(id);
    berth.api().stopped(id);
    berth.api().delete(id);
  }

  @Test
  void the_same_url_opened_twice_at_once_is_two_workspaces_or_one_question() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var one = threads.submit(() -> berth.api().open(site.small()));
      var other = threads.submit(() -> berth.api().open(site.small()));
      assertThat(one.get().id()).isNotEqualTo(other.get().id());
      var ask = Json.write(Map.of("contextUrl", site.small(), "whenOneExists", "ask"));
      var answer = berth.api().call("POST", "/api/v1/workspaces", ask);
      assertThat(answer.status()).isEqualTo(409);
      assertThat(answer.body()).contains(one.get().id().value(), other.get().id().value());
      berth.api().delete(one.get().id());
      berth.api().delete(other.get().id());
    }
  }

  @Test
  void a_start_during_a_stop_starts_and_a_delete_during_a_start_deletes() throws Exception {
    var api = berth.api();
    var id = api.run(site.small()).id();
    var first = berth.firstProcess(id);
    api.stop(id);
    api.until(id, view -> !(view.phase() instanceof Phase.Running));
    api.start(id);
    api.until(id, view -> view.phase() instanceof Phase.Running && !first.equals(process(id)));

    api.stop(id);
    api.stopped(id);
    api.start(id);
    api.delete(id);
    var again = api.call("POST", Api.path(id) + "/start", "");
    assertThat(again.status()).isIn(404, 409);
    api.gone(id);
    assertThat(berth.folder(id)).doesNotExist();
  }

  private Optional<Long> process(WorkspaceId id) {
    try {
      return berth.firstProcess(id);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Test
  void a_server_that_cannot_start_says_why() throws Exception {
    said(berth.berth("up"), CONFLICT, "runs already");

    try (var other = Installation.create("ssh: {port: 0}");
        var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var port = taken.getLocalPort();
      var before = names(other.home());
      said(other.berth("up", "--port", "" + port), CONFLICT, "" + port);
      assertThat(names(other.home())).isEqualTo(before);
      said(other.berth("list"), UNAVAILABLE, "No Berth runs");
    }
    try (var shown = Installation.create("tls: {certificate: /no/such.pem, key: /no/such.key}")) {
      var before = names(shown.home());
      said(shown.berth("up"), INVALID, "/no/such.pem");
      assertThat(names(shown.home())).isEqualTo(before);
    }
    try (var wrong = Installation.create("port: eight", "nonsense: 1")) {
      said(wrong.berth("up"), INVALID, "nonsense");
    }
  }

  @Test
  void a_machine_without_runc_or_root_is_told_so() throws Exception {
    var programs = Files.createDirectories(Path.of("target/programs").toAbsolutePath());
    for (var name :
        List.of("ip", "nft", "unshare", "mmdebstrap", "git", "sh", "nsenter", "mount")) {
      for (var folder : List.of("/usr/sbin", "/usr/bin", "/sbin", "/bin")) {
        var program = Path.of(folder, name);
        if (!Files.exists(programs.resolve(name)) && Files.exists(program)) {
          Files.createSymbolicLink(programs.resolve(name), program);
        }
      }
    }
    try (var bare = Installation.create()) {
      said(bare.command("up").with("PATH", programs.toString()).run(), UNAVAILABLE, "runc");
    }

    var nobody = Files.createTempDirectory(Path.of("/var/tmp"), "berth-e2e-nobody-");
    Files.setAttribute(nobody, "unix:uid", 65534);
    var outcome = berth.asNobody(nobody, "up").run();
    assertThat(names(nobody)).isEmpty();
    Command.of("rm", "-rf", nobody.toString()).run();
    said(outcome, UNAVAILABLE, "root");
  }

  private static List<String> names(Path folder) throws Exception {
    try (var entries = Files.list(folder)) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    }
  }

  /** An exit code, and two lines: what happened, and what to do. */
  private static void said(Outcome outcome, int exitCode, String what) {
    assertThat(outcome.exitCode()).as(outcome.errors()).isEqualTo(exitCode);
    var lines = outcome.errors().lines().filter(line -> line.startsWith("berth: ")).toList();
    assertThat(lines).as(outcome.errors()).hasSize(2);
    assertThat(outcome.errors()).contains(what);
  }

  private void refused(String url, int status, String what) throws Exception {
    var body = Json.write(Map.of("contextUrl", url));
    var answer = berth.api().call("POST", "/api/v1/workspaces", body);
    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    assertThat(answer.body()).contains(what, "\"remedy\"");
  }

  private String logs(WorkspaceId id) throws Exception {
    return berth.api().call("GET", Api.path(id) + "/logs", "").body();
  }

  private static long residentMib(long process) throws Exception {
    return Files.readAllLines(Path.of("/proc", "" + process, "status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) >> 10)
        .findFirst()
        .orElseThrow();
  }
}
