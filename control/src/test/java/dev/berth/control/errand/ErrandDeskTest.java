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
import dev.berth.control.workspace.Samples;
import dev.berth.control.workspace.Sizes;
import dev.berth.control.workspace.Views;
import dev.berth.control.workspace.Workspace;
import dev.berth.control.workspace.Workspaces;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Over a real store, as instances of one owner ask. */
final class ErrandDeskTest {
  private static final String SECRET = "s3cret-value";

  private final User owner = new User(UserId.create(), "Ann");

  @SuppressWarnings("NullAway.Init")
  private Database database;

  @SuppressWarnings("NullAway.Init")
  private Settings settings;

  @SuppressWarnings("NullAway.Init")
  private ErrandDesk desk;

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
            clock);
    desk =
        new ErrandDesk(
            workspaces,
            new Views(new Addresses(URI.create("http://berth.localhost")), new LastSeen()),
            new Accounts(accountStore, keys, clock, _ -> {}),
            settings,
            Saves.OFF,
            Duration.ofMinutes(30),
            "http://berth.localhost",
            Optional.empty());
  }

  @AfterEach
  void close() {
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
            new Errand.TakeSnapshot("0123456789"))) {
      var answer = ask(prebuild, errand);
      assertThat(answer.status()).as(errand.toString()).isEqualTo(400);
      assertThat(text(answer)).contains("prebuild").contains("command").doesNotContain(SECRET);
    }

    assertThat(settings.variables(owner.id(), RepositoryPattern.of("octo", "hello")))
        .isEqualTo(Map.of("TOKEN", SECRET));
    assertThat(settings.preferences(owner.id())).isEmpty();
    assertThat(settings.extensions(owner.id())).isEmpty();
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
