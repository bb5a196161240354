package dev.berth.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.base.json.Json;
import dev.berth.protocol.Phase;
import dev.berth.protocol.WorkspaceId;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** The main job by the command line: a git URL becomes a workspace, with all that it had. */
@ExtendWith(Site.Shared.class)
final class WorkspaceTest {
  /** What `open` and `start` print as JSON. */
  record Summary(WorkspaceId id, String url, Phase phase) {}

  private final Site site;
  private final Installation berth;

  WorkspaceTest(Site site) {
    this.site = site;
    this.berth = site.berth();
  }

  @Test
  @Timeout(360) // the first test of a run waits for the default image
  void a_workspace_lives_through_stop_and_start_and_leaves_nothing_when_deleted() throws Exception {
    var opened = berth.berth("open", site.shop(), "--wait", "--json");
    assertThat(opened.exitCode()).as(opened.errors()).isZero();
    var summary = Json.read(opened.text(), Summary.class);
    assertThat(summary.phase()).isInstanceOf(Phase.Running.class);
    assertThat(summary.url()).contains(summary.id() + ".ws.berth.localhost");
    var id = summary.id();

    await().untilAsserted(() -> assertThat(ran(id)).containsExactly("before", "init", "command"));
    assertThat(exec(id, "git", "status", "--short").text()).isEmpty();
    assertThat(exec(id, "git", "branch", "--show-current").text()).isEqualTo("main");
    assertThat(exec(id, "sh", "-c", "ls -R src | grep -c java").text()).isEqualTo("3000");
    assertThat(berth.berth("logs", id.value()).text()).contains("the build is done");
    var files =
        "echo work > new.txt; echo home > ~/kept; sudo sh -c 'printf \"#!/bin/sh\\necho tool\\n\""
            + " > /usr/local/bin/tool; chmod 755 /usr/local/bin/tool'";
    assertThat(exec(id, "sh", "-ec", files).exitCode()).isZero();

    var stopped = berth.berth("stop", id.value(), "--wait");
    assertThat(stopped.text()).startsWith("Stopped: Its owner stopped it");
    assertThat(berth.firstProcess(id)).isEmpty();
    var listed = berth.berth("list").text();
    assertThat(listed.lines().filter(line -> line.startsWith(id.value())).findFirst())
        .hasValueSatisfying(line -> assertThat(line).contains("stopped", "octo/shop", "main"));

    var started = berth.berth("start", id.value(), "--wait", "--json");
    assertThat(Json.read(started.text(), Summary.class).phase()).isInstanceOf(Phase.Running.class);
    await()
        .untilAsserted(() ->
            assertThat(ran(id)).containsExactly("before", "init", "command", "before", "command"));
    assertThat(exec(id, "sh", "-c", "cat new.txt ~/kept; tool").text().lines())
        .containsExactly("work", "home", "tool");
    var status = berth.berth("status");
    assertThat(status.text()).contains("berth.localhost:" + berth.port(), " running");

    var folder = berth.folder(id);
    assertThat(folder).exists();
    var deleted = berth.berth("delete", id.value(), "--now", "--wait");
    assertThat(deleted.exitCode()).as(deleted.errors()).isZero();
    assertThat(deleted.text()).startsWith("Deleted for good.");
    assertThat(folder).doesNotExist();
    assertThat(berth.berth("list").text()).doesNotContain(id.value());
    // Those of others may be removed while they are listed.
    var names =
        await()
            .ignoreExceptionsInstanceOf(UncheckedIOException.class)
            .until(() -> namesBelow(berth), _ -> true);
    assertThat(names).noneMatch(name -> name.contains(id.value()));
  }

  @Test
  void what_was_deleted_is_out_of_the_list_and_is_had_back_with_its_files() throws Exception {
    var id = berth.api().run(site.small()).id();
    assertThat(exec(id, "sh", "-ec", "echo work > new.txt; echo home > ~/kept").exitCode())
        .isZero();

    var deleted = berth.berth("delete", id.value(), "--wait");

    assertThat(deleted.exitCode()).as(deleted.errors()).isZero();
    assertThat(deleted.text()).contains("It can be had back until", "berth undelete " + id);
    assertThat(berth.firstProcess(id)).isEmpty();
    assertThat(berth.berth("list").text()).doesNotContain(id.value());
    assertThat(berth.berth("list", "--deleted").text())
        .contains(id.value(), "Its owner deleted it.", "Kept until");
    var refused = berth.berth("start", id.value());
    assertThat(refused.exitCode()).isEqualTo(75);
    assertThat(refused.errors()).contains("berth undelete " + id);

    assertThat(berth.berth("undelete", id.value()).exitCode()).isZero();

    assertThat(berth.berth("pin", id.value()).exitCode()).isZero();
    assertThat(lineOf(id)).contains("Pinned.");
    assertThat(berth.berth("unpin", id.value()).text()).contains("no longer pinned");
    assertThat(lineOf(id)).doesNotContain("Pinned.");
    assertThat(berth.berth("start", id.value(), "--wait").exitCode()).isZero();
    assertThat(exec(id, "sh", "-c", "cat new.txt ~/kept").text().lines())
        .containsExactly("work", "home");

    // From the list of those that were deleted, it is deleted for good.
    var folder = berth.folder(id);
    assertThat(berth.berth("delete", id.value()).exitCode()).isZero();
    assertThat(folder).exists();
    assertThat(berth.berth("delete", id.value(), "--now", "--wait").exitCode()).isZero();
    assertThat(folder).doesNotExist();
    assertThat(berth.berth("list", "--deleted").text()).doesNotContain(id.value());
  }

  private String lineOf(WorkspaceId id) throws Exception {
    var listed = berth.berth("list").text();
    return listed.lines().filter(line -> line.startsWith(id.value())).findFirst().orElseThrow();
  }

  @Test
  void exec_is_as_if_the_command_ran_here() throws Exception {
    var id = berth.api().run(site.small()).id();
    var script = "cat; echo oops >&2; pwd; id -un; exit 42";
    var outcome =
        berth
            .command("exec", id.value(), "--", "sh", "-c", script)
            .reading("through the pipe\n")
            .run();

    assertThat(outcome.exitCode()).isEqualTo(42);
    assertThat(outcome.text().lines())
        .containsExactly("through the pipe", "/workspace/small", "gitpod");
    assertThat(outcome.errors()).isEqualTo("oops\n");

    var text = "a line of the input, of which there are many\n".repeat(60_000);
    var echoed = berth.command("exec", id.value(), "--", "cat").reading(text).run();
    assertThat(new String(echoed.output(), StandardCharsets.UTF_8)).isEqualTo(text);

    assertThat(exec(id, "no-such-program").exitCode()).isEqualTo(127);
    assertThat(exec(id, "sh", "-c", "kill -9 $$").exitCode()).isEqualTo(128 + 9);
    berth.api().delete(id);
  }

  @Test
  void branches_tags_pull_requests_and_commits_are_checked_out() throws Exception {
    var api = berth.api();
    var branch = api.open(site.shop() + "/tree/feature/cart/one");
    var pull = api.open(site.shop() + "/pull/7");
    var tag = api.open(site.shop() + "/tree/v1.0");
    assertThat(branch.ref()).hasValue("feature/cart/one");

    var head = exec(api.running(branch.id()).id(), "sh", "-c", "cat cart.txt; git branch");
    assertThat(head.text()).contains("a cart", "* feature/cart/one");
    assertThat(exec(api.running(pull.id()).id(), "cat", "pull.txt").text()).contains("a pull");
    var described = exec(api.running(tag.id()).id(), "git", "describe", "--tags", "--exact-match");
    assertThat(described.text()).isEqualTo("v1.0");
    for (var id : List.of(branch.id(), pull.id(), tag.id())) api.delete(id);
  }

  @Test
  void the_repositories_that_a_definition_names_are_cloned_beside_it() throws Exception {
    var git = site.git();
    Samples.small(git.create("team/library"), "library.txt", "a library\n");
    var library = git.create("team/tools");
    library.with(
        new GitHost.History()
            .commit("refs/heads/main", "", "first")
            .file("tool.txt", "of main\n")
            .commit("refs/heads/next", "refs/heads/main", "second")
            .file("tool.txt", "of next\n"));
    var app = git.create("team/app");
    var definition =
        """
        additionalRepositories:
          - url: %s
          - url: %s
            checkoutLocation: vendor/tools
          - url: %s
          - url: file:///etc
        """
            .formatted(git.url("team/library"), git.url("team/tools"), git.url("team/none"));
    app.with(
        new GitHost.History()
            .commit("refs/heads/main", "", "first")
            .file(".gitpod.yml", definition)
            .commit("refs/heads/next", "refs/heads/main", "second")
            .file("app.txt", "app\n"));

    var api = berth.api();
    var id = api.running(api.open(git.url("team/app") + "/tree/next").id()).id();

    var script = "cat app/app.txt library/library.txt vendor/tools/tool.txt; ls -A";
    assertThat(exec(id, "sh", "-c", "cd /workspace; " + script).text().lines())
        .contains("a library", "of next")
        .doesNotContain("none", "etc");
    assertThat(exec(id, "git", "-C", "/workspace/vendor/tools", "branch").text())
        .isEqualTo("* next");
    assertThat(api.find(id).notices().toString())
        .contains("team/none", "no business with folders of this machine");
    api.delete(id);
  }

  @Test
  void workspaces_reach_neither_each_other_nor_the_host_nor_its_cloud() throws Exception {
    var api = berth.api();
    var one = api.open(site.small()).id();
    var other = api.run(site.small());
    api.running(one);
    var endpoint = ((Phase.Running) other.phase()).endpoint();

    try (var onAllAddresses = new ServerSocket(0)) {
      int port = onAllAddresses.getLocalPort();
      assertThat(reaches(one, site.git().address(), 80)).isTrue();
      assertThat(reaches(one, site.git().near(), port)).isFalse();
      assertThat(reaches(one, bridge(endpoint.host()), port)).isFalse();
      assertThat(reaches(one, endpoint.host(), endpoint.port())).isFalse();
      assertThat(reaches(one, "169.254.169.254", 80)).isFalse();
    }
    api.delete(one);
    api.delete(other.id());
  }

  @Test
  void an_instances_token_is_in_no_environment_and_no_file_of_its_user() throws Exception {
    var id = berth.api().run(site.shop()).id();
    var door = berth.api().door(id);
    var token = door.token();
    // The token comes by standard input: in an argument it would be found.
    var search =
        """
        cat > /dev/shm/token
        cat /proc/[0-9]*/environ /proc/[0-9]*/cmdline | tr '\\0' '\\n' | grep -cFf /dev/shm/token
        """;
    var inRoot = Inside.exec(door, List.of("sudo", "sh", "-c", search), token);
    assertThat(inRoot.text()).as(inRoot.errors()).isEqualTo("0");
    var inFiles = List.of("grep", "-rlFf", "/dev/shm/token", "/.berth", "/home", "/workspace");
    assertThat(Inside.exec(door, inFiles, "").text()).isEmpty();
    berth.api().delete(id);
  }

  /** Whether a connection opens within two seconds; perl is in every Debian image. */
  private boolean reaches(WorkspaceId from, String host, int port) throws Exception {
    var script =
        "use IO::Socket::INET; exit(IO::Socket::INET->new(PeerAddr => '%s', PeerPort => %d, Timeout => 2) ? 0 : 1)"
            .formatted(host, port);
    var outcome = exec(from, "perl", "-e", script);
    assertThat(outcome.exitCode()).as(outcome.errors()).isBetween(0, 1);
    return outcome.exitCode() == 0;
  }

  private static String bridge(String address) {
    return address.substring(0, address.lastIndexOf('.')) + ".1";
  }

  private List<String> ran(WorkspaceId id) throws Exception {
    return exec(id, "cat", "/workspace/ran").text().lines().toList();
  }

  private Inside.Ran exec(WorkspaceId id, String... argv) throws Exception {
    return Inside.exec(berth.api().door(id), List.of(argv), "");
  }

  private static List<String> namesBelow(Installation berth) throws Exception {
    try (var all = Files.walk(berth.home().resolve("instances"), 3)) {
      return all.map(path -> path.getFileName().toString()).toList();
    }
  }
}
