package dev.berth.control.workspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.berth.base.Problem;
import dev.berth.control.account.User;
import dev.berth.control.source.GitServer;
import dev.berth.control.source.Logins;
import dev.berth.control.source.Sources;
import dev.berth.control.store.Database;
import dev.berth.control.store.SqlAccountStore;
import dev.berth.control.store.SqlWorkspaceStore;
import dev.berth.definition.Image;
import dev.berth.protocol.Notice;
import dev.berth.protocol.UserId;
import dev.berth.runtime.WorkspaceSize;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With a real database and real git servers. */
class WorkspacesTest {
  private static final UserId OWNER = UserId.create();

  private final Set<String> asked = ConcurrentHashMap.newKeySet();
  private Optional<Logins.Login> kept = Optional.empty();

  /** Whoever writes a .gitpod.yml could else have an owner's login sent to a host of his own. */
  @Test
  void a_login_goes_to_no_other_host_that_a_definition_names(@TempDir Path folder)
      throws Exception {
    try (var own = GitServer.start(Files.createDirectories(folder.resolve("own")));
        var foreign = GitServer.start(Files.createDirectories(folder.resolve("foreign")));
        var database = Database.embedded(folder.resolve("database"))) {
      new SqlAccountStore(database).insert(new User(OWNER, "one"), Clock.systemUTC().instant());
      own.create("octo/library").commit("main", "a", "b");
      foreign.create("other/public").commit("main", "a", "b");
      foreign.answer("other/private", 401);
      var yml =
          """
          additionalRepositories:
          - url: %s
          - url: %s
          - url: %s
          """
              .formatted(
                  own.url("octo/library"),
                  foreign.url("other/private"),
                  foreign.url("other/public"));
      own.create("octo/hello").commit("main", ".gitpod.yml", yml);

      var plan = workspaces(database, folder).open(OWNER, own.url("octo/hello")).plan();

      assertThat(plan.additional())
          .extracting(one -> one.source().cloneUrl())
          .containsExactly(own.url("octo/library.git"), foreign.url("other/public.git"));
      assertThat(plan.notices())
          .singleElement()
          .satisfies(notice -> {
            assertThat(notice.kind()).isEqualTo(Notice.Kind.ERROR);
            assertThat(notice.text()).contains("other/private", "left out");
          });
      assertThat(asked).containsExactly("http://127.0.0.1:" + own.port());
    }
  }

  @Test
  void a_main_configuration_counts_and_comes_first_and_what_was_opened_keeps_its_commit(
      @TempDir Path folder) throws Exception {
    try (var git = GitServer.start(Files.createDirectories(folder.resolve("git")));
        var database = Database.embedded(folder.resolve("database"))) {
      new SqlAccountStore(database).insert(new User(OWNER, "one"), Clock.systemUTC().instant());
      git.create("octo/library").commit("main", "a", "b");
      git.create("octo/part")
          .commit("main", ".gitpod.yml", "mainConfiguration: " + git.url("octo/main"));
      git.create("octo/main")
          .commit(
              "main",
              ".gitpod.yml",
              """
              image: debian
              mainConfiguration: %s
              additionalRepositories:
              - url: %s
                checkoutLocation: parts/one
              - url: %s
              """
                  .formatted(git.url("octo/part"), git.url("octo/part"), git.url("octo/library")));
      var opened = workspaces(database, folder);

      var plan = opened.open(OWNER, "A=b/" + git.url("octo/part")).plan();

      assertThat(plan.source().cloneUrl()).isEqualTo(git.url("octo/main.git"));
      assertThat(plan.trusted().cloneUrl()).isEqualTo(git.url("octo/part.git"));
      assertThat(plan.source().variables()).isEqualTo(Map.of("A", "b"));
      assertThat(plan.definition().image()).isEqualTo(new Image.Reference("debian"));
      assertThat(plan.additional())
          .extracting(one -> one.source().cloneUrl(), Plan.Additional::location)
          .containsExactly(
              tuple(git.url("octo/part.git"), Optional.of("parts/one")),
              tuple(git.url("octo/library.git"), Optional.empty()));
      assertThat(plan.notices())
          .anySatisfy(
              notice -> assertThat(notice.text()).contains("octo/main", "mainConfiguration"))
          .anyMatch(notice -> notice.text().contains("not followed"));
    }
  }

  @Test
  void a_main_configuration_that_cannot_be_had_is_told_and_the_own_one_counts(@TempDir Path folder)
      throws Exception {
    try (var git = GitServer.start(Files.createDirectories(folder.resolve("git")));
        var database = Database.embedded(folder.resolve("database"))) {
      new SqlAccountStore(database).insert(new User(OWNER, "one"), Clock.systemUTC().instant());
      var yml = "image: debian\nmainConfiguration: %s\n";
      git.create("octo/a").commit("main", ".gitpod.yml", yml.formatted(git.url("octo/absent")));
      git.create("octo/b").commit("main", ".gitpod.yml", yml.formatted(git.url("octo/b")));
      git.create("octo/c").commit("main", ".gitpod.yml", yml.formatted("file:///etc"));
      var workspaces = workspaces(database, folder);

      for (var name : List.of("octo/a", "octo/b", "octo/c")) {
        var plan = workspaces.open(OWNER, git.url(name)).plan();

        assertThat(plan.source().cloneUrl()).isEqualTo(git.url(name + ".git"));
        assertThat(plan.definition().image()).isEqualTo(new Image.Reference("debian"));
        assertThat(plan.notices()).as(name).hasSize(1);
      }
    }
  }

  /** What strangers wrote gets no login, so nothing comes of it where a clone needs one. */
  @Test
  void the_prebuild_of_a_private_repository_s_pull_request_is_refused_and_of_a_public_one_made(
      @TempDir Path folder) throws Exception {
    try (var git = GitServer.start(Files.createDirectories(folder.resolve("git")));
        var database = Database.embedded(folder.resolve("database"))) {
      new SqlAccountStore(database).insert(new User(OWNER, "one"), Clock.systemUTC().instant());
      kept = Optional.of(new Logins.Login("ann", "a-token"));
      for (var name : List.of("private/app", "public/app")) {
        var repository = git.create(name);
        var commit = repository.commit("main", ".gitpod.yml", "tasks: [{init: make}]");
        repository.ref("refs/pull/1/head", commit);
      }
      git.lock("private", "ann:a-token");
      var workspaces = workspaces(database, folder);

      assertThatThrownBy(
              () -> workspaces.prebuild(OWNER, git.url("private/app") + "/pull/1", false))
          .isInstanceOfSatisfying(
              Problem.Refused.class,
              refused -> {
                assertThat(refused.what()).contains("private/app.git is private", "no login");
                assertThat(refused.remedy()).contains("Open a workspace", "prebuild its branch");
              });
      for (var url : List.of(git.url("private/app"), git.url("public/app") + "/pull/1")) {
        assertThat(workspaces.prebuild(OWNER, url, false).isNew()).as(url).isTrue();
      }
      assertThat(workspaces.open(OWNER, git.url("private/app") + "/pull/1").plan().headless())
          .isFalse();
    }
  }

  private Workspaces workspaces(Database database, Path folder) {
    var settings =
        new Sources.Settings(
            List.of(), Set.of("127.0.0.1"), folder.resolve("cache"), Sources.Settings.LONGEST);
    return new Workspaces(
        new SqlWorkspaceStore(database),
        Sources.open(settings),
        this::login,
        new Sizes(Map.of("standard", new WorkspaceSize(4000, 8L << 30, 100)), "standard"),
        new Changes(),
        _ -> {},
        Retention.DEFAULT,
        Clock.systemUTC());
  }

  private Optional<Logins.Login> login(UserId owner, String origin) {
    assertThat(owner).isEqualTo(OWNER);
    asked.add(origin);
    return kept;
  }
}
