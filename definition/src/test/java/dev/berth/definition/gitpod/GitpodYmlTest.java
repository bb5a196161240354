package dev.berth.definition.gitpod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.berth.definition.CoreDump;
import dev.berth.definition.Definition;
import dev.berth.definition.Finding;
import dev.berth.definition.Image;
import dev.berth.definition.JetBrains;
import dev.berth.definition.Prebuilds;
import dev.berth.definition.Repositories.Additional;
import dev.berth.protocol.Severity;
import dev.berth.protocol.inside.PortPlan;
import dev.berth.protocol.inside.PortPlan.OnOpen;
import dev.berth.protocol.inside.PortPlan.Visibility;
import dev.berth.protocol.inside.TaskPlan;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GitpodYmlTest {
  @Test
  void a_whole_file_is_read_without_a_finding() {
    var definition =
        read(
            """
            image: registry.example.com:5000/team/image:1.2
            checkoutLocation: src/./shop/
            workspaceLocation: src/shop/all.code-workspace
            gitConfig:
              core.autocrlf: input
              alias.st: status
            env:
              MODE: dev
              LEVEL: 3
            ports:
              - port: 3000
                name: Web
                description: The shop
                onOpen: open-preview
                visibility: public
              - port: 8000-8999
                onOpen: ignore
              - port: 5000:5010
                protocol: https
            tasks:
              - name: Build
                before: nvm use
                init: |
                  npm ci
                  npm run build
                command: npm start
                openIn: main
                openMode: split-left
                env:
                  PORT: "3000"
                  LIST: [1, true, null, "a\\"b", 1.5, 2.0, {x: ~}]
              - command: echo second
            github:
              prebuilds: true
            vscode:
              extensions: [redhat.java]
            jetbrains: {plugins: []}
            coreDump: {enabled: true}
            additionalRepositories: [{url: https://example.com/a/b}]
            mainConfiguration: https://example.com/a/c
            experimentalNetwork: true
            """);

    assertThat(definition.findings()).isEmpty();
    assertThat(definition.image())
        .isEqualTo(new Image.Reference("registry.example.com:5000/team/image:1.2"));
    assertThat(definition.checkoutLocation()).contains("src/shop");
    assertThat(definition.workspaceLocation()).contains("src/shop/all.code-workspace");
    assertThat(definition.gitConfig()).containsEntry("core.autocrlf", "input").hasSize(2);
    assertThat(definition.env()).isEqualTo(Map.of("MODE", "dev", "LEVEL", "3"));
    assertThat(definition.ports())
        .containsExactly(
            new PortPlan(
                3000,
                3000,
                OnOpen.OPEN_PREVIEW,
                Visibility.PUBLIC,
                false,
                Optional.of("Web"),
                Optional.of("The shop")),
            plain(8000, 8999, OnOpen.IGNORE, false),
            plain(5000, 5010, OnOpen.NOTIFY, true));
    assertThat(definition.tasks())
        .containsExactly(
            new TaskPlan(
                Optional.of("Build"),
                Optional.of("nvm use"),
                Optional.of("npm ci\nnpm run build\n"),
                Optional.empty(),
                Optional.empty(),
                Optional.of("npm start"),
                Map.of("PORT", "3000", "LIST", "[1,true,null,\"a\\\"b\",1.5,2,{\"x\":null}]"),
                Optional.of("main"),
                Optional.of("split-left")),
            command("echo second"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n\n", "# only words\n# and more", "---\n", "~", "tasks:\nports:\n"})
  void a_file_that_says_nothing_is_no_mistake(String text) {
    assertThat(read(text)).isEqualTo(Definition.NONE);
  }

  @Test
  void an_unknown_field_is_told_at_its_name_with_the_near_one() {
    var definition = read("tasks:\n  - comand: a\n    command: b\n    zzz: c\n");

    assertThat(definition.tasks()).containsExactly(command("b"));
    assertThat(definition.findings())
        .containsExactly(
            new Finding(
                Severity.ERROR,
                ".gitpod.yml",
                2,
                5,
                "\"comand\" is not known in a task and does nothing.",
                "Did you mean \"command\"?"),
            new Finding(
                Severity.ERROR,
                ".gitpod.yml",
                4,
                5,
                "\"zzz\" is not known in a task and does nothing.",
                "Known are: name, before, init, command, prebuild, env, openIn, openMode."));
  }

  @Test
  void a_bad_task_does_not_lose_the_good_ones() {
    var definition = read("tasks:\n- command: a\n- just words\n- command: [x]\n- command: b\n");

    assertThat(definition.tasks())
        .containsExactly(
            command("a"),
            new TaskPlan(
                Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Map.of()),
            command("b"));
    assertThat(definition.findings()).extracting(Finding::line).containsExactly(3, 4);
  }

  @ParameterizedTest
  @CsvSource({
    "0,1,9", "65536,1,9", "-1,1,9", "22999,1,9", "23000,1,9", "23001,1,9", "99999999999,1,9",
    "3000.5,1,9", "abc,1,9", "4000-3000,1,9", "0-10,1,9", "60000-70000,1,9", "[1],1,9", "{},1,9",
  })
  void a_port_that_cannot_be_is_told_and_the_next_one_counts(String port, int line, int column) {
    var definition = read("ports: [{port: " + port + "}, {port: 80}]");
    assertThat(definition.ports()).containsExactly(plain(80, 80, OnOpen.NOTIFY, false));
    assertThat(definition.findings()).hasSize(1);
    assertThat(definition.findings().getFirst())
        .extracting(Finding::severity, Finding::line, Finding::column)
        .containsExactly(Severity.ERROR, line, column + 7);
  }

  @Test
  void a_range_over_our_ports_is_kept_with_a_warning() {
    var definition = read("ports:\n- port: 22000-22999\n");

    assertThat(definition.ports()).hasSize(1);
    assertThat(definition.findings())
        .extracting(Finding::severity, Finding::line, Finding::column)
        .containsExactly(tuple(Severity.WARNING, 2, 9));
  }

  @ParameterizedTest
  @ValueSource(strings = {"../x", "a/../../b", "/etc", "~/x", "\"a\\u0000b\"", "'a\\b'"})
  void a_location_outside_is_told_and_not_used(String location) {
    var definition = read("tasks: [{command: a}]\ncheckoutLocation: " + location + "\n");

    assertThat(definition.checkoutLocation()).isEmpty();
    assertThat(definition.tasks()).hasSize(1);
    assertThat(definition.findings()).hasSize(1);
    assertThat(definition.findings().getFirst())
        .extracting(Finding::line, Finding::column)
        .containsExactly(2, 19);
  }

  @Test
  void a_dockerfile_is_wanted_with_its_folder() {
    assertThat(read("image:\n  file: .gitpod.Dockerfile\n").image())
        .isEqualTo(new Image.Built(".gitpod.Dockerfile", Optional.empty()));
    assertThat(read("image: {file: docker/dev, context: .}").image())
        .isEqualTo(new Image.Built("docker/dev", Optional.of(".")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"image: {file: ../x}", "image: {context: a}", "image: '-x'", "image: 'a b'"})
  void an_image_that_cannot_be_is_told_and_the_default_one_taken(String text) {
    var definition = read(text);
    assertThat(definition.image()).isEqualTo(new Image.Default());
    assertThat(definition.findings()).isNotEmpty();
  }

  @Test
  void words_that_other_yaml_takes_for_booleans_are_texts() {
    var definition = read("tasks:\n- name: on\n  command: yes\n  env: {A: no, T: 22:30}\n");

    assertThat(definition.findings()).isEmpty();
    assertThat(definition.tasks().getFirst().command()).contains("yes");
    assertThat(definition.tasks().getFirst().env()).isEqualTo(Map.of("A", "no", "T", "22:30"));
  }

  @Test
  void a_command_that_is_a_boolean_runs_with_a_warning() {
    var definition = read("tasks:\n- command: true\n");

    assertThat(definition.tasks()).containsExactly(command("true"));
    assertThat(definition.findings())
        .extracting(Finding::severity)
        .containsExactly(Severity.WARNING);
  }

  @Test
  void what_is_deprecated_is_told() {
    var definition =
        read("privileged: true\nports: [{port: 1, protocol: TCP}]\ntasks: [{prebuild: make}]\n");

    assertThat(definition.findings())
        .hasSize(3)
        .allMatch(finding -> finding.severity() == Severity.WARNING);
    assertThat(definition.ports()).hasSize(1);
    assertThat(definition.tasks().getFirst().prebuild()).contains("make");
  }

  @Test
  void the_first_of_two_equal_names_counts() {
    var definition = read("tasks: [{command: a}]\ntasks: [{command: b}]\n");

    assertThat(definition.tasks()).containsExactly(command("a"));
    assertThat(definition.findings())
        .extracting(Finding::line, Finding::column)
        .containsExactly(tuple(2, 1));
  }

  @Test
  void anchors_and_merges_are_followed() {
    var definition =
        read("tasks:\n- &t\n  command: a\n  env: {X: y}\n- <<: *t\n  command: b\n- *t\n");

    assertThat(definition.findings()).isEmpty();
    assertThat(definition.tasks())
        .extracting(task -> task.command().orElseThrow() + task.env())
        .containsExactly("a{X=y}", "b{X=y}", "a{X=y}");
  }

  @Test
  void reserved_and_impossible_variables_are_told() {
    var definition = read("env:\n  GITPOD_X: a\n  1A: b\n  'a=b': c\n  OK: d\n  NUL: \"a\\0\"\n");

    assertThat(definition.env()).isEqualTo(Map.of("OK", "d"));
    assertThat(definition.findings()).extracting(Finding::line).containsExactly(2, 3, 4, 6);
  }

  @Test
  void git_settings_need_a_name_that_git_takes() {
    var definition = read("gitConfig:\n  core.a: b\n  'core.x=y.z': c\n  plain: d\n  a.b: [c]\n");

    assertThat(definition.gitConfig()).isEqualTo(Map.of("core.a", "b"));
    assertThat(definition.findings()).extracting(Finding::line).containsExactly(3, 4, 5);
  }

  @Test
  void a_wrong_type_is_told() {
    assertThat(read("jetbrains: [a]\n").findings())
        .extracting(Finding::words)
        .containsExactly(
            ".gitpod.yml:1:12: error: \"jetbrains\" wants a mapping, and this is a list; it is not used."
                + " Write a mapping there.");
  }

  @Test
  void other_repositories_are_named_with_their_places() {
    var definition =
        read(
            """
            mainConfiguration: https://git.example.com/team/main
            additionalRepositories:
              - url: https://git.example.com/team/api
              - url: git@git.example.com:team/web.git
                checkoutLocation: apps/web
            """);

    assertThat(definition.findings()).isEmpty();
    assertThat(definition.repositories().main()).contains("https://git.example.com/team/main");
    assertThat(definition.repositories().additional())
        .containsExactly(
            new Additional("https://git.example.com/team/api", Optional.empty()),
            new Additional("git@git.example.com:team/web.git", Optional.of("apps/web")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{checkoutLocation: a}|names no repository",
        "{url: '--upload-pack=x'}|is no address",
        "{url: 'https://a/b c'}|is no address",
        "{url: https://a/b, checkoutLocation: ../x}|leaves /workspace",
        "https://a/b|A repository is a mapping",
        "{url: https://a/b, checkoutlocation: x}|Did you mean \"checkoutLocation\"?",
      })
  void another_repository_that_cannot_be_is_told(String entry, String told) {
    var definition = read("additionalRepositories: [" + entry + "]");

    assertThat(definition.findings()).anyMatch(finding -> finding.words().contains(told));
  }

  @Test
  void two_repositories_cannot_lie_at_one_place() {
    var definition =
        read(
            "additionalRepositories: [{url: https://a/b, checkoutLocation: x}, {url: https://a/c,"
                + " checkoutLocation: x/.}]");

    assertThat(definition.repositories().additional()).hasSize(1);
    assertThat(definition.findings()).hasSize(1);
  }

  @Test
  void what_jetbrains_ides_are_given_is_read_by_product() {
    var definition =
        read(
            """
            jetbrains:
              plugins: [zielu.gittoolbox, zielu.gittoolbox]
              intellij:
                plugins: [com.example.one]
                prebuilds: {version: both}
                vmoptions: -Xmx4g
              goland: {prebuilds: {}}
              rider: {}
            """);

    assertThat(definition.findings()).isEmpty();
    assertThat(definition.jetbrains().plugins()).containsExactly("zielu.gittoolbox");
    assertThat(definition.jetbrains().products())
        .isEqualTo(
            Map.of(
                "intellij",
                new JetBrains.Product(
                    List.of("com.example.one"),
                    Optional.of(JetBrains.Version.BOTH),
                    Optional.of("-Xmx4g")),
                "goland",
                new JetBrains.Product(
                    List.of(), Optional.of(JetBrains.Version.STABLE), Optional.empty()),
                "rider",
                new JetBrains.Product(List.of(), Optional.empty(), Optional.empty())));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{enabled: true}|1073741824|1073741824",
        "{enabled: true, softLimit: 0}|0|1073741824",
        "{enabled: true, hardLimit: 5}|5|5",
        "{enabled: true, softLimit: 7, hardLimit: 9}|7|9",
      })
  void a_core_dump_has_limits_of_a_gibibyte_unless_said(String text, long soft, long hard) {
    assertThat(read("coreDump: " + text).coreDump()).contains(new CoreDump(soft, hard));
  }

  @Test
  void a_core_dump_that_is_not_enabled_is_none() {
    assertThat(read("coreDump: {softLimit: 5}").coreDump()).isEmpty();
    assertThat(read("coreDump: {enabled: yes}").findings()).hasSize(1);
    assertThat(read("coreDump: {enabled: true, softLimit: 9, hardLimit: 5}").coreDump())
        .contains(new CoreDump(5, 5));
  }

  @Test
  void prebuilds_are_on_for_the_default_branch_unless_said() {
    assertThat(read("github: {}").prebuilds()).isEqualTo(Prebuilds.USUAL);
    assertThat(read("github: {prebuilds: true}").prebuilds()).isEqualTo(Prebuilds.USUAL);
    assertThat(read("github: {prebuilds: false}").prebuilds()).isEqualTo(Prebuilds.NONE);
    var definition =
        read(
            """
            github:
              prebuilds:
                master: false
                branches: true
                pullRequestsFromForks: true
                addCheck: prevent-merge-on-error
                addBadge: true
                addLabel: true
            """);
    assertThat(definition.findings()).isEmpty();
    assertThat(definition.prebuilds())
        .isEqualTo(
            new Prebuilds(
                false,
                true,
                true,
                true,
                Prebuilds.Check.PREVENTS_MERGE,
                true,
                false,
                Optional.of("prebuilt-in-gitpod")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "github: {prebuild: true}",
        "github: {prebuilds: 1}",
        "github: {prebuilds: {addCheck: sometimes}}",
        "github: {prebuilds: {mater: true}}",
        "jetbrains: {idea: {}}",
        "jetbrains: {intellij: {prebuilds: {version: newest}}}",
        "jetbrains: {plugins: [1]}",
        "coreDump: {hardLimit: -1}",
        "coreDump: {hardLimit: 1.5}",
        "coreDump: {limit: 1}",
        "vscode: {extension: [a.b]}",
        "image: {file: a, context: b, target: c}",
        "experimentalNetwork: 1",
        "mainConfiguration: [a]",
      })
  void each_level_is_strict(String text) {
    assertThat(read(text).findings()).hasSize(1);
    assertThat(read(text).hasErrors()).isTrue();
  }

  private static Definition read(String text) {
    return GitpodYml.read(text.getBytes(StandardCharsets.UTF_8));
  }

  private static TaskPlan command(String command) {
    return new TaskPlan(
        Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(command), Map.of());
  }

  private static PortPlan plain(int first, int last, OnOpen onOpen, boolean https) {
    return new PortPlan(
        first, last, onOpen, Visibility.PRIVATE, https, Optional.empty(), Optional.empty());
  }

  @Test
  void extensions_are_ids_with_a_version_or_not_addresses_and_files_of_the_repository() {
    var definition =
        read(
            """
            vscode:
              extensions:
                - redhat.java
                - Dbaeumer.vscode-eslint@2.4.4:hKkI==
                - REDHAT.JAVA
                - https://example.org/tool.vsix
                - ./tools/own.vsix
            """);

    assertThat(definition.findings()).isEmpty();
    assertThat(definition.extensions())
        .containsExactly(
            "redhat.java",
            "Dbaeumer.vscode-eslint@2.4.4",
            "https://example.org/tool.vsix",
            "tools/own.vsix");
  }

  @Test
  void what_names_no_extension_is_told_and_left_out() {
    var definition =
        read(
            """
            vscode:
              extensions: [a.b, --force, "x y.z", ../out.vsix, [c.d], "file:///etc/passwd"]
            """);

    assertThat(definition.extensions()).containsExactly("a.b");
    assertThat(definition.findings()).hasSize(5);
  }
}
