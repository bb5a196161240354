package dev.berth.control.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.berth.base.Problem;
import dev.berth.control.store.Database;
import dev.berth.control.store.SqlAccountStore;
import dev.berth.control.store.SqlSettingsStore;
import dev.berth.protocol.UserId;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Over a real store. */
final class SettingsTest {
  private static final RepositoryPattern SHOP = RepositoryPattern.of("github.com", "Octo", "shop");

  @SuppressWarnings("NullAway.Init")
  private Database database;

  @SuppressWarnings("NullAway.Init")
  private SettingsStore store;

  @SuppressWarnings("NullAway.Init")
  private Settings settings;

  private final User user = new User(UserId.create(), "Ann");

  @BeforeEach
  void open(@TempDir Path folder) {
    database = Database.embedded(folder);
    new SqlAccountStore(database).insert(user, Instant.now());
    store = new SqlSettingsStore(database);
    settings = new Settings(store, new Vault(new Keys(new byte[32])));
  }

  @AfterEach
  void close() {
    database.close();
  }

  private void keep(String name, String value, String pattern) {
    settings.keep(user.id(), new Variable(name, value, RepositoryPattern.parse(pattern)));
  }

  @Test
  void extensions_are_kept_as_changes_and_no_instance_can_fill_the_store_with_them() {
    settings.changeExtensions(user.id(), List.of("acme.one", "acme.two"), List.of());
    settings.changeExtensions(user.id(), List.of("acme.three"), List.of("acme.one", "no.such"));
    settings.changeExtensions(user.id(), List.of("acme.three"), List.of());

    assertThat(settings.extensions(user.id())).containsExactly("acme.three", "acme.two");
    assertThat(settings.extensions(UserId.create())).isEmpty();
    assertThat(settings.preferences(user.id())).isEmpty();
    for (var bad : List.of("", "one", "a/../b.c", "A.b", "a.b\n", "a.".concat("b".repeat(99)))) {
      assertThatThrownBy(() -> settings.changeExtensions(user.id(), List.of(bad), List.of()))
          .isInstanceOf(Problem.Invalid.class);
    }
    var many = IntStream.range(0, 99).mapToObj(i -> "many.n" + i).toList();
    assertThatThrownBy(() -> settings.changeExtensions(user.id(), many, List.of()))
        .isInstanceOf(Problem.Conflict.class);
    assertThat(settings.extensions(user.id())).hasSize(2);
  }

  @Test
  void an_editor_s_settings_are_kept_by_the_name_of_their_file() {
    settings.keepPreference(user.id(), "settings.json", "{\"a\": 1}");
    settings.keepPreference(user.id(), "keybindings.json", "[]");
    settings.keepPreference(user.id(), "settings.json", "{\"a\": \"\u00fc\"}");

    assertThat(settings.preferences(user.id()))
        .containsOnly(
            entry("settings.json", "{\"a\": \"\u00fc\"}"), entry("keybindings.json", "[]"));
    assertThat(store.of(user.id(), SettingsStore.Kind.PREFERENCE))
        .noneMatch(row -> row.content().contains("\"a\""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "../settings.json", "a/b", ".hidden", "a\nb", "ü"})
  void what_names_no_file_is_not_kept(String name) {
    assertThatThrownBy(() -> settings.keepPreference(user.id(), name, "{}"))
        .isInstanceOf(Problem.Invalid.class);
  }

  @Test
  void no_more_of_an_editor_s_settings_is_kept_than_somebody_writes() {
    assertThatThrownBy(() -> settings.keepPreference(user.id(), "a", "x".repeat(70_000)))
        .isInstanceOf(Problem.Invalid.class);
    for (int i = 0; i < 20; i++) settings.keepPreference(user.id(), "f" + i, "{}");
    assertThatThrownBy(() -> settings.keepPreference(user.id(), "f20", "{}"))
        .isInstanceOf(Problem.Conflict.class);
  }

  @Test
  void of_several_variables_of_a_name_the_narrowest_pattern_counts() {
    keep("A", "all", "*/*");
    keep("A", "owner's", "octo/*");
    keep("A", "name's", "*/shop");
    keep("B", "all", "*/*");
    keep("B", "one", "OCTO/Shop");
    keep("C", "another's", "octo/other");

    assertThat(settings.variables(user.id(), SHOP))
        .containsOnly(entry("A", "owner's"), entry("B", "one"));
    assertThat(settings.variables(user.id(), RepositoryPattern.of("github.com", "x", "shop")))
        .containsEntry("A", "name's");
  }

  @Test
  void a_host_that_the_user_does_not_know_gets_no_variable_of_an_owner_of_the_same_name() {
    keep("A", "here", "octo/shop");
    keep("B", "there", "https://git.example.com/octo/shop");
    keep("C", "all", "*/*");

    assertThat(at("github.com")).containsOnlyKeys("A", "C");
    assertThat(at("127.0.0.1")).containsOnlyKeys("A", "C");
    assertThat(at("evil.example")).containsOnlyKeys("C");
    assertThat(at("git.example.com")).containsOnlyKeys("B", "C");

    var origin = GitOrigin.parse("https://git.example.com:8443");
    settings.keep(user.id(), new GitLogin(origin, "ann", "secret", Instant.now()));
    assertThat(at("git.example.com")).containsOnlyKeys("A", "B", "C");
    assertThat(at("github.com")).as("where she is a stranger, as it seems").containsOnlyKeys("C");
  }

  private Map<String, String> at(String host) {
    return settings.variables(user.id(), RepositoryPattern.of(host, "octo", "shop"));
  }

  @Test
  void names_that_differ_in_capitals_are_two_and_a_second_value_replaces_the_first() {
    keep("a", "small", "*/*");
    keep("A", "capital", "*/*");
    keep("A", "again", "*/*");

    assertThat(settings.variables(user.id(), SHOP))
        .containsEntry("a", "small")
        .containsEntry("A", "again");
    assertThat(settings.forget(user.id(), "A", RepositoryPattern.ALL)).isTrue();
    assertThat(settings.forget(user.id(), "A", RepositoryPattern.ALL)).isFalse();
    assertThat(settings.variables(user.id())).hasSize(1);
  }

  @Test
  void the_database_holds_neither_values_nor_tokens_nor_opens_them_in_another_place() {
    keep("KEY", "very-secret", "*/*");
    var login =
        new GitLogin(GitOrigin.parse("git.example.org"), "ann", "token-secret", Instant.now());
    settings.keep(user.id(), login);

    var rows = store.of(user.id(), SettingsStore.Kind.VARIABLE);
    assertThat(rows.getFirst().content()).doesNotContain("secret");
    assertThat(store.of(user.id(), SettingsStore.Kind.GIT_LOGIN).getFirst().content())
        .doesNotContain("secret");
    assertThat(settings.login(user.id(), login.origin())).contains(login);

    var vault = new Vault(new Keys(new byte[32]));
    var moved = rows.getFirst().content();
    assertThatThrownBy(() -> vault.open(moved, "another place"))
        .isInstanceOf(Problem.Unavailable.class);
    assertThatThrownBy(() -> new Vault(new Keys(new byte[] {1})).open(moved, rows.getFirst().id()))
        .isInstanceOf(Problem.Unavailable.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1A", "A-B", "A B", "A\nB", "GITPOD_HOST", "BERTH_X", "Ä"})
  void what_is_no_name_of_a_users_variable_is_refused(String name) {
    assertThatThrownBy(() -> new Variable(name, "x", SHOP)).isInstanceOf(Problem.Invalid.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "octo", "/shop", "octo/", "oc*/shop", "a b/c", "octo/**", "a/../b c"})
  void what_is_no_pattern_is_refused(String pattern) {
    assertThatThrownBy(() -> RepositoryPattern.parse(pattern)).isInstanceOf(Problem.Invalid.class);
  }

  @Test
  void a_token_with_two_lines_would_answer_another_question() {
    var origin = GitOrigin.parse("h.org");
    assertThatThrownBy(() -> new GitLogin(origin, "ann", "t\nhost=evil", Instant.now()))
        .isInstanceOf(Problem.Invalid.class);
    assertThatThrownBy(() -> new GitLogin(origin, "a\rn", "t", Instant.now()))
        .isInstanceOf(Problem.Invalid.class);
  }

  @ParameterizedTest
  @CsvSource({
    "git.example.org, https://git.example.org",
    "HTTPS://Git.Example.org:443/, https://git.example.org",
    "http://10.0.0.1:80, http://10.0.0.1",
    "git.example.org:8443, https://git.example.org:8443",
  })
  void a_host_is_read_as_people_write_it(String written, String origin) {
    assertThat(GitOrigin.parse(written).text()).isEqualTo(origin);
    assertThat(GitOrigin.ofUrl(origin + "/octo/shop.git")).contains(GitOrigin.parse(written));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "https://", "git@h.org:x", "ftp://h.org", "h.org/path"})
  void what_is_no_host_is_refused(String written) {
    assertThatThrownBy(() -> GitOrigin.parse(written)).isInstanceOf(Problem.Invalid.class);
  }
}
