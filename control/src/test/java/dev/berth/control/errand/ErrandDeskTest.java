package dev.berth.control.errand;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.base.json.Json;
import dev.berth.control.account.Accounts;
import dev.berth.control.account.GitLogin;
import dev.berth.control.account.GitOrigin;
import dev.berth.control.account.Keys;
import dev.berth.control.account.Profile;
import dev.berth.control.account.RepositoryPattern;
import dev.berth.control.account.Settings;
import dev.berth.control.account.User;
import dev.berth.control.account.Variable;
import dev.berth.control.account.Vault;
import dev.berth.control.source.Sources;
import dev.berth.control.store.Database;
import dev.berth.control.store.SqlAccountStore;
import dev.berth.control.store.SqlSettingsStore;
import dev.berth.control.store.SqlWorkspaceStore;
import dev.berth.control.workspace.Addresses;
import dev.berth.control.workspace.Changes;
import dev.berth.control.workspace.LastSeen;
import dev.berth.control.workspace.Logs;
import dev.berth.control.workspace.Retention;
import dev.berth.control.workspace.Samples;
import dev.berth.control.workspace.Sizes;
import dev.berth.control.workspace.Trials;
import dev.berth.control.workspace.Views;
import dev.berth.control.workspace.Workspace;
import dev.berth.control.workspace.Workspaces;
import dev.berth.protocol.Endpoint;
import dev.berth.protocol.Phase;
import dev.berth.protocol.UserId;
import dev.berth.protocol.inside.Errand;
import dev.berth.runtime.Saves;
import dev.berth.runtime.WorkspaceSize;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Over a real store, as instances of one owner ask. */
final class ErrandDeskTest {
  private static final String SECRET = "s3cret-value";

  private final User owner = new User(UserId.create(), "Ann");

  /** The clock of the pace, which stands still unless a test sets it. */
  private final AtomicLong nanos = new AtomicLong();

  @SuppressWarnings("NullAway.Init")
  private Database database;

  @SuppressWarnings("NullAway.Init")
  private Settings settings;

  @SuppressWarnings("NullAway.Init")
  private ErrandDesk desk;

  @SuppressWarnings("NullAway.Init")
  private Trials trials;

  @SuppressWarnings("NullAway.Init")
  private Workspace workspace;

  @SuppressWarnings("NullAway.Init")
  private Workspace prebuild;

  @BeforeEach
  void open(@TempDir Path folder) {
    database = Database.embedded(folder);
    var accountStore = new SqlAccountStore(database);
    accountStore.insert(owner, Instant.now());
    var keys = new Keys(new byte[32]);
    var clock = Clock.systemUTC();
    settings = new Settings(new SqlSettingsStore(database), new Vault(keys));
    settings.keep(
        owner.id(), new Profile("Ann", "", Optional.of("https://dots.example.com/ann/dots"), true));
    settings.keep(owner.id(), new Variable("TOKEN", SECRET, RepositoryPattern.ALL));
    var store = new SqlWorkspaceStore(database);
    workspace = Samples.workspace(owner.id(), Instant.now());
    prebuild = Samples.headless(Samples.workspace(owner.id(), Instant.now()));
    store.insert(workspace);
    store.insert(prebuild);
    var sources =
        Sources.open(
            new Sources.Settings(
                List.of(), Set.of(), folder.resolve("git"), Sources.Settings.LONGEST));
    var sizes = Map.of("standard", new WorkspaceSize(1000, 1 << 30, 100));
    var workspaces =
        new Workspaces(
            store,
            sources,
            (_, _) -> Optional.empty(),
            new Sizes(sizes, "standard"),
            new Changes(),
            _ -> {},
            Retention.DEFAULT,
            clock);
    var seen = new LastSeen();
    var views =
        new Views(
            new Addresses(URI.create("http://berth.localhost")),
            seen,
            Retention.DEFAULT,
            _ -> List.of());
    trials = Trials.open(workspaces, views, seen, new NoLogs(), sources);
    desk =
        new ErrandDesk(
            workspaces,
            views,
            new Accounts(accountStore, keys, clock, _ -> {}),
            settings,
            Saves.OFF,
            trials,
            Duration.ofMinutes(30),
            "http://berth.localhost",
            Optional.empty(),
            new Pace(nanos::get));
  }

  /** Nothing runs that could print. */
  private record NoLogs() implements Logs {
    @Override
    public String of(Workspace of) {
      return "";
    }

    @Override
    public String tokenOf(Workspace of) {
      throw new IllegalStateException("nobody asks");
    }
  }

  @AfterEach
  void close() {
    trials.close();
    database.close();
  }

  private ErrandDesk.Answer ask(Workspace from, Errand errand) {
    return desk.serve(from.id(), Json.write(errand));
  }

  private static String text(ErrandDesk.Answer answer) {
    return new String(answer.json(), UTF_8);
  }

  @Test
  void a_prebuild_s_tasks_learn_no_secret_of_its_owner_and_change_nothing_of_his() {
    assertThat(text(ask(workspace, new Errand.ListVariables()))).contains(SECRET);

    for (var errand :
        List.of(
            new Errand.ListVariables(),
            new Errand.SetVariable("PATH", "/tmp/evil", true),
            new Errand.UnsetVariable("TOKEN", true),
            new Errand.KeepPreference("settings.json", "{}"),
            new Errand.ChangeExtensions(List.of("acme.one"), List.of()),
            new Errand.ChangePort(3000, Optional.of("public"), Optional.empty()),
            new Errand.SetTimeout(3600),
            new Errand.TrialPiece("0123456789", 0, new byte[1]),
            new Errand.StartTrial("0123456789", 1, "", Optional.empty(), Optional.empty()),
            new Errand.TakeSnapshot("0123456789"))) {
      var answer = ask(prebuild, errand);
      assertThat(answer.status()).as(errand.toString()).isEqualTo(400);
      assertThat(text(answer)).contains("prebuild").contains("command").doesNotContain(SECRET);
    }

    assertThat(
            settings.variables(
                owner.id(), RepositoryPattern.of("git.example.com", "octo", "hello")))
        .isEqualTo(Map.of("TOKEN", SECRET));
    assertThat(settings.preferences(owner.id())).isEmpty();
    assertThat(settings.extensions(owner.id())).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "LD_PRELOAD",
        "BASH_ENV",
        "GIT_SSH_COMMAND",
        "PATH",
        "NODE_OPTIONS",
        "npm_config_script_shell",
        "PYTHONSTARTUP",
        "TAR_OPTIONS",
        "RSYNC_RSH",
        "VIMINIT",
        "MAILPATH",
        "CONFIG_SHELL",
        "GCC_EXEC_PREFIX",
        "COMPILER_PATH",
        "FCEDIT",
        "SVN_SSH",
        "PKG_CONFIG",
        "ANSIBLE_CONFIG",
        "AWS_CONFIG_FILE",
        "FPATH",
        "SYSTEMD_EDITOR",
        "RESTIC_PASSWORD_COMMAND",
        "A_TOOL_OF_TOMORROW",
        "PLAYWRIGHT_DOWNLOAD_HOST",
        "DATABRICKS_HOST",
        "PDM_PYPI_URL",
        "SUDO_USER",
        "GIT_SSH_KEY"
      })
  void what_may_steer_others_is_set_from_inside_for_its_own_repository_only(String name) {
    var everywhere = ask(workspace, new Errand.SetVariable(name, "/workspace/evil", true));

    assertThat(everywhere.status()).isEqualTo(403);
    assertThat(text(everywhere))
        .contains(name, "gp env " + name + "=", "http://berth.localhost/#/settings/variables");
    assertThat(ask(workspace, new Errand.SetVariable(name, "/x", false)).status()).isEqualTo(200);
    assertThat(
            settings.variables(owner.id(), RepositoryPattern.of("evil.example", "octo", "hello")))
        .containsOnlyKeys("TOKEN");
    assertThat(ask(workspace, new Errand.UnsetVariable(name, false)).status()).isEqualTo(200);
  }

  @Test
  void a_secret_or_an_account_is_set_from_inside_for_all_repositories() {
    for (var name :
        List.of(
            "TOKEN",
            "API_KEY",
            "GITHUB_TOKEN",
            "NODE_AUTH_TOKEN",
            "CARGO_REGISTRY_TOKEN",
            "DOCKER_USERNAME",
            "DOCKER_PASSWORD",
            "AWS_ACCESS_KEY_ID",
            "AWS_SECRET_ACCESS_KEY",
            "AWS_REGION",
            "DB_USER",
            "WORK_EMAIL")) {
      assertThat(ask(workspace, new Errand.SetVariable(name, "1", true)).status())
          .as(name)
          .isEqualTo(200);
    }
  }

  @Test
  void one_that_its_owner_has_for_all_is_changed_from_inside_unless_it_chooses_programs() {
    for (var name : List.of("STAGE", "EDITOR")) {
      settings.keep(owner.id(), new Variable(name, "his", RepositoryPattern.ALL));
    }

    assertThat(ask(workspace, new Errand.SetVariable("STAGE", "new", true)).status())
        .isEqualTo(200);
    assertThat(ask(workspace, new Errand.SetVariable("EDITOR", "/workspace/evil", true)).status())
        .isEqualTo(403);

    assertThat(settings.variables(owner.id(), RepositoryPattern.of("other.example", "a", "b")))
        .containsEntry("STAGE", "new")
        .containsEntry("EDITOR", "his");
  }

  @Test
  void a_workspace_changes_no_more_than_its_pace_allows() {
    var set = new Errand.SetVariable("A", "1", false);
    for (int i = 0; i < 20; i++) assertThat(ask(workspace, set).status()).isEqualTo(200);

    assertThat(ask(workspace, set).status()).isEqualTo(503);
    assertThat(ask(workspace, new Errand.Look()).status()).isEqualTo(200);

    nanos.addAndGet(Duration.ofSeconds(1).toNanos());
    assertThat(ask(workspace, set).status()).isEqualTo(200);
  }

  /** Its image's git asks before its first file is there, and says who knows what to whom. */
  @Test
  void the_prebuild_of_a_pull_request_gets_no_login_whatever_it_is_at() {
    var login =
        new GitLogin(GitOrigin.parse("https://git.example.com"), "ann", SECRET, Instant.now());
    settings.keep(owner.id(), login);
    var store = new SqlWorkspaceStore(database);
    var beside = Samples.pullRequestOfPart(owner.id());
    var whole = Samples.pullRequest(Samples.headless(Samples.workspace(owner.id(), Instant.now())));
    var own = new Errand.Login("https", "git.example.com");
    for (var one : List.of(whole, Samples.headless(beside))) {
      store.insert(one);
      assertThat(text(ask(one, own))).contains("pull request").doesNotContain(SECRET);
      var endpoint = new Endpoint("127.0.0.1", 1);
      store.save(one.with(one.state().in(new Phase.Running(Instant.now(), endpoint))));
      assertThat(text(ask(one, own))).contains("prebuild its branch").doesNotContain(SECRET);
    }

    // Whoever opens one does so himself.
    var opened = Samples.pullRequest(Samples.workspace(owner.id(), Instant.now()));
    store.insert(opened);
    assertThat(text(ask(opened, own))).contains(SECRET);
  }

  @Test
  void a_prebuild_looks_and_asks_who_its_owner_is_and_stops() {
    for (var errand : List.of(new Errand.Look(), new Errand.WhoIs(), new Errand.Stop())) {
      assertThat(ask(prebuild, errand).status()).as(errand.toString()).isEqualTo(200);
    }
  }

  @Test
  void a_prebuild_gets_its_repository_s_login_and_none_for_dotfiles_that_it_has_not() {
    for (var host : List.of("https://git.example.com", "https://dots.example.com")) {
      var login = new GitLogin(GitOrigin.parse(host), "ann", SECRET, Instant.now());
      settings.keep(owner.id(), login);
    }
    var own = new Errand.Login("https", "git.example.com");
    var dotfiles = new Errand.Login("https", "dots.example.com");

    assertThat(text(ask(workspace, dotfiles))).contains(SECRET);

    assertThat(text(ask(prebuild, own))).contains(SECRET);
    assertThat(text(ask(prebuild, dotfiles))).doesNotContain(SECRET);
    assertThat(text(ask(prebuild, new Errand.RejectedLogin("https", "dots.example.com"))))
        .contains("own repository only");
  }
}
