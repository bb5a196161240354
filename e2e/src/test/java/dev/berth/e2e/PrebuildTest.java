package dev.berth.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.base.json.Json;
import dev.berth.protocol.WorkspaceId;
import dev.berth.protocol.api.GitLoginList;
import dev.berth.protocol.api.PrebuildList;
import dev.berth.protocol.api.PrebuildView;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the init tasks made beforehand, by the commands that a user types. */
@ExtendWith(Site.Shared.class)
final class PrebuildTest {
  private static final String DEFINITION =
      """
      tasks:
        - name: build
          before: echo before >> /workspace/ran
          init: echo init >> /workspace/ran; echo the build says hello; echo mine > ~/cache; %s
          command: echo command >> /workspace/ran
      """;

  private final Site site;

  PrebuildTest(Site site) {
    this.site = site;
  }

  @Test
  @Timeout(240)
  void workspaces_begin_with_what_a_prebuild_made_and_those_of_later_commits_on_top_of_it()
      throws Exception {
    var repository = site.git().create("octo/pre");
    Samples.small(repository, ".gitpod.yml", DEFINITION.formatted("true"));
    var berth = site.berth();
    var url = site.git().url("octo/pre");

    var made = berth.berth("prebuild", url, "--wait", "--json");
    assertThat(made.exitCode()).as(made.errors()).isZero();
    assertThat(made.errors()).contains("the build says hello");
    var prebuild = Json.read(made.text(), PrebuildView.class);
    assertThat(prebuild.state()).isEqualTo(PrebuildView.State.AVAILABLE);
    var again = Json.read(berth.berth("prebuild", url, "--json").text(), PrebuildView.class);
    assertThat(again.id()).isEqualTo(prebuild.id());
    assertThat(berth.api().list()).noneMatch(one -> one.id().equals(prebuild.id()));
    assertThat(berth.berth("logs", prebuild.id().value()).text()).contains("the build says hello");

    var one = berth.api().run(url);
    assertThat(one.prebuild().orElseThrow().exact()).isTrue();
    await().atMost(Duration.ofSeconds(30)).until(() -> ran(one.id()).endsWith("command"));
    assertThat(ran(one.id())).isEqualTo("before\ninit\nbefore\ncommand");
    assertThat(sh(one.id(), "cat ~/cache; git status --short --branch"))
        .startsWith("mine\n## main");

    repository.with(
        new GitHost.History()
            .commit("refs/heads/next", "refs/heads/main", "next")
            .file("next.txt", "next\n"));
    var next = berth.api().run(url + "/tree/next");
    assertThat(next.prebuild().orElseThrow().exact()).isFalse();
    await().atMost(Duration.ofSeconds(30)).until(() -> ran(next.id()).endsWith("command"));
    assertThat(ran(next.id())).isEqualTo("before\ninit\nbefore\ninit\ncommand");
    assertThat(sh(next.id(), "cat next.txt; git status --short --branch"))
        .startsWith("next\n## next");

    // Those that began with it need it no more.
    assertThat(berth.berth("delete", prebuild.id().value()).exitCode()).isZero();
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() ->
            Json.read(berth.berth("prebuilds", "--json").text(), PrebuildList.class)
                .prebuilds()
                .stream()
                .noneMatch(each -> each.id().equals(prebuild.id())));
    assertThat(sh(one.id(), "cat ~/cache")).startsWith("mine");
    for (var id : List.of(one.id(), next.id())) berth.api().delete(id);
  }

  @Test
  @Timeout(120)
  void a_prebuild_that_fails_says_why_keeps_its_log_and_is_not_used() throws Exception {
    var repository = site.git().create("octo/broken");
    Samples.small(repository, ".gitpod.yml", DEFINITION.formatted("exit 3"));
    var berth = site.berth();
    var url = site.git().url("octo/broken");

    var failed = berth.berth("prebuild", url, "--wait");

    assertThat(failed.exitCode()).isEqualTo(69);
    assertThat(failed.text()).contains("build ended with exit code 3");
    var id = failed.errors().lines().findFirst().orElseThrow();
    assertThat(berth.berth("logs", id).text()).contains("the build says hello");
    var opened = berth.api().run(url);
    assertThat(opened.prebuild()).isEmpty();
    for (var one : List.of(opened.id(), new WorkspaceId(id))) berth.api().delete(one);
  }

  /** A login lies ready for the host, and the request wants it shown to a proxy of its own. */
  @Test
  @Timeout(180)
  void strangers_get_no_login_by_a_prebuild_and_none_by_how_it_is_cloned() throws Exception {
    var berth = site.berth();
    var api = berth.api();
    var login = GitHttp.LOGIN.split(":");
    var host = "http://" + site.git().address();
    var kept = Json.write(Map.of("host", host, "user", login[0], "token", login[1]));
    assertThat(api.call("PUT", "/api/v1/git-logins", kept).status()).isEqualTo(200);
    var definition =
        """
        gitConfig:
          http.proxy: http://%s:9090
          http.%s/.proxy: http://%s:9090
        tasks:
          - init: printf 'protocol=http\\nhost=%s\\n\\n' | gp credential-helper get 2>&1 | tee /workspace/got
        """
            .formatted(site.git().near(), host, site.git().near(), site.git().address());
    for (var name : List.of("octo/pulled", "private/pulled")) {
      var repository = site.git().create(name);
      Samples.small(repository, "README.md", "# Pulled\n");
      repository.with(
          new GitHost.History()
              .commit("refs/pull/1/head", "refs/heads/main", "theirs")
              .file(".gitpod.yml", definition));
    }

    var refused = berth.berth("prebuild", site.git().url("private/pulled") + "/pull/1");
    assertThat(refused.exitCode()).isNotZero();
    assertThat(refused.errors()).contains("private/pulled.git is private", "Open a workspace");

    var made =
        berth.berth("prebuild", site.git().url("octo/pulled") + "/pull/1", "--wait", "--json");
    assertThat(made.exitCode()).as(made.errors()).isZero();
    assertThat(made.errors()).contains("hands out no login").doesNotContain(login[1]);

    // Who opens it gives it the login, by the way to the host and no other.
    var opened = api.run(site.git().url("private/pulled") + "/pull/1");
    assertThat(sh(opened.id(), "git log --format=%s -1; git config http.proxy; cat README.md"))
        .isEqualTo("theirs\nhttp://%s:9090\n# Pulled".formatted(site.git().near()));
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> sh(opened.id(), "cat /workspace/got").contains("password=" + login[1]));
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> sh(opened.id(), "ls -d .git/shallow .git/berth-history").isEmpty());

    api.delete(opened.id());
    api.delete(Json.read(made.text(), PrebuildView.class).id());
    for (var one :
        Json.read(api.call("GET", "/api/v1/git-logins", "").body(), GitLoginList.class).logins()) {
      assertThat(api.call("DELETE", "/api/v1/git-logins/" + one.id(), "").status()).isEqualTo(204);
    }
  }

  private String ran(WorkspaceId id) throws Exception {
    return sh(id, "cat /workspace/ran");
  }

  private String sh(WorkspaceId id, String script) throws Exception {
    var door = site.berth().api().door(id);
    return Inside.exec(door, List.of("bash", "-c", script), "").text();
  }
}
