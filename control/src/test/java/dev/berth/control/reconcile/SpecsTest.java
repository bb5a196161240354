package dev.berth.control.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.control.account.GitLogin;
import dev.berth.control.account.GitOrigin;
import dev.berth.control.account.Keys;
import dev.berth.control.account.Profile;
import dev.berth.control.account.RepositoryPattern;
import dev.berth.control.account.Settings;
import dev.berth.control.account.User;
import dev.berth.control.account.Variable;
import dev.berth.control.account.Vault;
import dev.berth.control.store.Database;
import dev.berth.control.store.SqlAccountStore;
import dev.berth.control.store.SqlSettingsStore;
import dev.berth.control.workspace.Addresses;
import dev.berth.control.workspace.Choices;
import dev.berth.control.workspace.Samples;
import dev.berth.control.workspace.Sizes;
import dev.berth.control.workspace.Workspace;
import dev.berth.definition.Feature;
import dev.berth.protocol.InstanceId;
import dev.berth.protocol.UserId;
import dev.berth.protocol.api.EditorView;
import dev.berth.protocol.inside.SizePlan;
import dev.berth.runtime.InstanceImage;
import dev.berth.runtime.WorkspaceSize;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SpecsTest {
  private static final WorkspaceSize SMALL = new WorkspaceSize(1000, 1L << 29, 256);
  private static final WorkspaceSize LARGE = new WorkspaceSize(8000, 1L << 33, 4096);

  @Test
  void a_size_that_left_the_configuration_is_replaced_by_the_usual_one_and_its_user_is_told() {
    var workspace = Samples.workspace(UserId.create(), Instant.EPOCH); // of size "standard"

    var spec = specs(Map.of("small", SMALL, "large", LARGE)).of(workspace, InstanceId.create());

    assertThat(spec.size()).isEqualTo(LARGE);
    assertThat(spec.boot().notices())
        .anySatisfy(notice -> assertThat(notice.text()).contains("standard", "large"));
  }

  @Test
  void a_size_that_is_configured_is_taken() {
    var workspace = Samples.workspace(UserId.create(), Instant.EPOCH);

    var spec = specs(Map.of("standard", SMALL, "large", LARGE)).of(workspace, InstanceId.create());

    assertThat(spec.size()).isEqualTo(SMALL);
    assertThat(spec.boot().notices()).noneMatch(notice -> notice.text().contains("size"));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "http://berth.localhost:8433, ws.berth.localhost:8433",
    "https://berth.example.com, ws.berth.example.com",
    "https://berth.example.com:8443, ws.berth.example.com:8443",
  })
  void an_editor_finds_extensions_at_its_own_host_by_plain_http(String dashboard, String end) {
    var workspace = Samples.workspace(UserId.create(), Instant.EPOCH);
    var editor = new EditorSource(Optional.of(Path.of("/e")), true, EditorView.None::new);
    var specs = specs(Map.of("standard", SMALL, "large", LARGE), URI.create(dashboard), editor);

    assertThat(specs.of(workspace, InstanceId.create()).boot().editor().gallery())
        .contains("http://%s.%s/_berth/open-vsx".formatted(workspace.id(), end));
  }

  @Test
  void an_instance_is_told_whom_the_installation_trusts() {
    var workspace = Samples.workspace(UserId.create(), Instant.EPOCH);

    var boot = specs(SIZES).of(workspace, InstanceId.create()).boot();

    assertThat(boot.authorities()).isEqualTo("-----BEGIN CERTIFICATE-----\n");
    assertThat(boot.asHeadless().with(Map.of(), List.of()).authorities())
        .isEqualTo(boot.authorities());
  }

  @ParameterizedTest(name = "{0} {1}: {2} in {3}")
  @CsvSource({
    "dev/Dockerfile, , dev/Dockerfile, dev",
    "Dockerfile, , Dockerfile, ''",
    "dev/Dockerfile, ., dev/Dockerfile, ''",
    "Dockerfile, app, Dockerfile, app",
  })
  void a_dockerfile_is_built_of_the_commit_in_its_folder_or_in_the_one_named(
      String file, String context, String path, String folder) {
    var workspace = Samples.building(file, Optional.ofNullable(context));

    assertThat(specs(SIZES).of(workspace, InstanceId.create()).image())
        .isEqualTo(
            new InstanceImage.Dockerfile(
                new InstanceImage.Repository(
                    "https://git.example.com/octo/hello.git",
                    "0123456789012345678901234567890123456789",
                    Optional.of("refs/heads/main"),
                    Optional.empty()),
                path,
                folder,
                Map.of(),
                Optional.empty(),
                List.of()));
  }

  @Test
  void what_a_file_wants_of_builder_editor_and_cores_is_told() {
    var built =
        Samples.devcontainer(
            "{\"build\": {\"dockerfile\": \"D\", \"options\": [\"--pull\", \"--network=host\"]},"
                + " \"customizations\": {\"vscode\": {\"settings\": {\"a\": 1}}}}");
    var dumping = Samples.gitpodYml("coreDump: {enabled: true, softLimit: 5}");

    var spec = specs(SIZES).of(built, InstanceId.create());

    assertThat(spec.image())
        .isInstanceOfSatisfying(
            InstanceImage.Dockerfile.class,
            dockerfile -> assertThat(dockerfile.flags()).containsExactly("--pull"));
    assertThat(spec.boot().editor().settings()).isEqualTo("{\"a\":1}");
    assertThat(spec.boot().size().core()).isEmpty();
    assertThat(specs(SIZES).of(dumping, InstanceId.create()).boot().size().core())
        .contains(new SizePlan.Core(5, 1L << 30));
  }

  @Test
  void features_are_installed_into_the_image_of_the_file() {
    var workspace =
        Samples.devcontainer(
            "{\"build\": {\"dockerfile\": \"Dockerfile\"}, \"features\": {\"./own\": {}, \"r.io/f/x:1\": {\"a\": true}}}");

    assertThat(specs(SIZES).of(workspace, InstanceId.create()).image())
        .isInstanceOfSatisfying(
            InstanceImage.Featured.class,
            featured -> {
              assertThat(featured.base()).isInstanceOf(InstanceImage.Dockerfile.class);
              assertThat(featured.features())
                  .containsExactly(
                      new Feature(new Feature.Place.Local(".devcontainer/own"), Map.of()),
                      new Feature(
                          new Feature.Place.Registry("r.io", "f/x", "1"), Map.of("a", "true")));
              assertThat(featured.repository()).isPresent();
            });
  }

  @Test
  void what_an_image_says_of_itself_counts_beneath_a_devcontainer_and_not_beneath_a_gitpod_yml() {
    var label =
        "[{\"customizations\": {\"vscode\": {\"extensions\": [\"a.b\"]}}, \"postCreateCommand\": \"x\", \"privileged\": true}]";
    var spec = specs(SIZES).of(Samples.devcontainer("{\"image\": \"d\"}"), InstanceId.create());
    var yml = specs(SIZES).of(Samples.building("D", Optional.empty()), InstanceId.create());

    var boot = spec.label().with(spec.boot(), Optional.of(label), Optional.empty());

    assertThat(boot.editor().extensions()).containsExactly("a.b");
    assertThat(boot.tasks()).singleElement().matches(task -> task.created().orElse("").equals("x"));
    assertThat(boot.notices()).anyMatch(notice -> notice.text().contains("privileged"));
    assertThat(boot.env()).isEqualTo(spec.boot().env());
    assertThat(yml.label().with(yml.boot(), Optional.of(label), Optional.of("root")))
        .isEqualTo(yml.boot());
  }

  @Test
  void a_devcontainer_is_worked_in_by_whom_its_file_its_label_or_its_image_names_or_by_root() {
    var silent = specs(SIZES).of(Samples.devcontainer("{\"image\": \"d\"}"), InstanceId.create());
    var own =
        specs(SIZES)
            .of(
                Samples.devcontainer("{\"image\": \"d\", \"remoteUser\": \"own\"}"),
                InstanceId.create());
    var yml = specs(SIZES).of(Samples.building("D", Optional.empty()), InstanceId.create());
    var label = Optional.of("[{\"remoteUser\": \"first\"}, {\"remoteUser\": \"vscode\"}]");
    var image = Optional.of("node");

    assertThat(own.label().with(own.boot(), label, image).user()).contains("own");
    assertThat(silent.label().with(silent.boot(), label, image).user()).contains("vscode");
    assertThat(silent.label().with(silent.boot(), Optional.of("[]"), image).user())
        .contains("node");
    assertThat(silent.label().with(silent.boot(), Optional.empty(), image).user()).contains("node");
    assertThat(silent.label().with(silent.boot(), Optional.empty(), Optional.empty()).user())
        .contains("root");
    assertThat(yml.label().with(yml.boot(), label, image).user()).isEmpty();
  }

  @Test
  void who_chose_the_default_image_gets_it_and_is_reminded() {
    var built = Samples.building("Dockerfile", Optional.empty());
    var none = built.state().choices();
    var chosen =
        built.choosing(new Choices(none.visibility(), none.https(), none.idle(), true, false));

    var spec = specs(SIZES).of(chosen, InstanceId.create());

    assertThat(spec.image()).isEqualTo(new InstanceImage.Default());
    assertThat(spec.boot().notices())
        .anySatisfy(notice -> assertThat(notice.text()).contains("by your choice"));
  }

  /** It chooses the repository whose definition counts, and would else choose its variables too. */
  @Test
  void variables_are_those_of_the_repository_that_was_opened(@TempDir Path folder) {
    try (var database = Database.embedded(folder)) {
      var owner = UserId.create();
      new SqlAccountStore(database).insert(new User(owner, "one"), Instant.EPOCH);
      var vault = new Vault(new Keys(new byte[32]));
      var settings = new Settings(new SqlSettingsStore(database), vault);
      settings.keep(owner, new Variable("OF_MAIN", "1", RepositoryPattern.parse("octo/hello")));
      settings.keep(
          owner,
          new Variable(
              "OF_OPENED", "2", RepositoryPattern.parse("https://git.example.com/octo/part")));

      var spec = specs(settings).of(Samples.mainOf(owner, "octo", "part"), InstanceId.create());

      assertThat(spec.boot().env()).containsEntry("OF_OPENED", "2").doesNotContainKey("OF_MAIN");
    }
  }

  /** By http_proxy a stranger would be shown the login that the clone is made with. */
  @Test
  void git_gets_at_the_clone_no_variable_but_its_owner_s(@TempDir Path folder) {
    try (var database = Database.embedded(folder)) {
      var one =
          Samples.devcontainer(
              "{\"image\": \"d\", \"remoteEnv\": {\"https_proxy\": \"http://evil\", \"PATH\": \"/x\","
                  + " \"http_proxy\": \"http://evil\"}}");
      new SqlAccountStore(database).insert(new User(one.owner(), "one"), Instant.EPOCH);
      var settings =
          new Settings(new SqlSettingsStore(database), new Vault(new Keys(new byte[32])));
      settings.keep(
          one.owner(), new Variable("http_proxy", "http://own:3128", RepositoryPattern.ALL));

      var boot = specs(settings).of(one, InstanceId.create()).boot();

      assertThat(boot.env()).containsEntry("https_proxy", "http://evil").containsKey("STAGE");
      assertThat(boot.forClone().env())
          .containsEntry("http_proxy", "http://own:3128")
          .containsEntry("PATH", "/x")
          .doesNotContainKeys("https_proxy", "STAGE"); // STAGE is of the link that was opened
    }
  }

  /** What its .gitmodules names would be fetched by the owner's rights, and read by its build. */
  @Test
  void the_image_of_a_pull_request_s_prebuild_is_fetched_without_a_login(@TempDir Path folder) {
    try (var database = Database.embedded(folder)) {
      var built = Samples.building("Dockerfile", Optional.empty());
      new SqlAccountStore(database).insert(new User(built.owner(), "one"), Instant.EPOCH);
      var settings =
          new Settings(new SqlSettingsStore(database), new Vault(new Keys(new byte[32])));
      var host = GitOrigin.parse("https://git.example.com");
      settings.keep(built.owner(), new GitLogin(host, "ann", "a-token", Instant.EPOCH));
      var specs = specs(settings);

      assertThat(login(specs, Samples.headless(built))).isPresent();
      assertThat(login(specs, Samples.pullRequest(built))).isPresent();
      assertThat(login(specs, Samples.headless(Samples.pullRequest(built)))).isEmpty();
    }
  }

  @Test
  void a_prebuild_is_told_nothing_of_its_owner_s_editor(@TempDir Path folder) {
    try (var database = Database.embedded(folder)) {
      var one = Samples.gitpodYml("image: debian");
      new SqlAccountStore(database).insert(new User(one.owner(), "one"), Instant.EPOCH);
      var settings =
          new Settings(new SqlSettingsStore(database), new Vault(new Keys(new byte[32])));
      settings.keep(one.owner(), new Profile("Ann", "", Optional.empty(), true));
      settings.keepPreference(one.owner(), "settings.json", "{\"a-token\": 1}");
      settings.changeExtensions(one.owner(), List.of("acme.one"), List.of());
      var specs = specs(settings);

      var own = specs.of(one, InstanceId.create()).boot();
      var prebuild = specs.of(Samples.headless(one), InstanceId.create()).boot();

      assertThat(own.toString()).contains("a-token", "acme.one");
      assertThat(prebuild.toString()).doesNotContain("a-token").doesNotContain("acme.one");
    }
  }

  private static Optional<InstanceImage.Login> login(Specs specs, Workspace of) {
    return ((InstanceImage.Dockerfile) specs.of(of, InstanceId.create()).image())
        .repository()
        .login();
  }

  private static final Map<String, WorkspaceSize> SIZES = Map.of("standard", SMALL, "large", LARGE);

  private static Specs specs(Map<String, WorkspaceSize> sizes) {
    return specs(sizes, URI.create("http://berth.localhost:8433"), EditorSource.NONE);
  }

  private static Specs specs(Map<String, WorkspaceSize> sizes, URI dashboard, EditorSource editor) {
    var settings = new Settings(new NoSettings(), new Vault(new Keys(new byte[32])));
    return specs(sizes, dashboard, editor, settings);
  }

  private static Specs specs(Settings settings) {
    return specs(SIZES, URI.create("http://berth.localhost:8433"), EditorSource.NONE, settings);
  }

  private static Specs specs(
      Map<String, WorkspaceSize> sizes, URI dashboard, EditorSource editor, Settings settings) {
    return new Specs(
        new Sizes(sizes, "large"),
        new Addresses(dashboard),
        new Keys(new byte[32]),
        StopPolicy.DEFAULT,
        editor,
        settings,
        "-----BEGIN CERTIFICATE-----\n");
  }
}
