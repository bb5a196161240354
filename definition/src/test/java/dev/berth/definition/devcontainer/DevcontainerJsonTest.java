package dev.berth.definition.devcontainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.berth.definition.Container.Mount;
import dev.berth.definition.Container.Needs;
import dev.berth.definition.Definition;
import dev.berth.definition.Feature;
import dev.berth.definition.Feature.Place;
import dev.berth.definition.Finding;
import dev.berth.definition.Image;
import dev.berth.definition.Lifecycle;
import dev.berth.definition.Lifecycle.Run;
import dev.berth.protocol.inside.PortPlan;
import dev.berth.protocol.inside.PortPlan.OnOpen;
import dev.berth.protocol.inside.PortPlan.Visibility;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DevcontainerJsonTest {
  static final String PATH = ".devcontainer/devcontainer.json";
  static final Surroundings HERE = Surroundings.of("shop", "https://git.example.com/octo/shop");

  @Test
  void a_whole_file_is_read_without_an_error() {
    var definition =
        read(
            """
            {
              "$schema": "https://example.org/schema.json",
              "name": "Shop",
              "image": "mcr.example.com/devcontainers/node:22",
              "workspaceFolder": "/workspaces/${localWorkspaceFolderBasename}/web",
              "features": {
                "ghcr.io/devcontainers/features/go:1": {"version": "1.24", "golangciLint": true},
                "./own": {}
              },
              "overrideFeatureInstallOrder": ["GHCR.io/devcontainers/features/go"],
              "containerEnv": {"MODE": "dev", "AT": "${containerWorkspaceFolder}"},
              "remoteEnv": {"PATH": "${containerEnv:PATH}:/opt/shop", "GONE": null, "M": "${containerEnv:MODE}!"},
              "forwardPorts": [3000, "localhost:5432"],
              "portsAttributes": {
                "3000": {"label": "Web", "onAutoForward": "openPreview", "protocol": "https"},
                "8000-8010": {"onAutoForward": "silent"}
              },
              "otherPortsAttributes": {"onAutoForward": "ignore"},
              "onCreateCommand": "npm ci",
              "updateContentCommand": ["npm", "run", "build it"],
              "postCreateCommand": {"one": "echo 1", "two": ["echo", "2"]},
              "postStartCommand": "echo started",
              "postAttachCommand": "echo attached",
              "waitFor": "postCreateCommand",
              "init": true,
              "hostRequirements": {"cpus": 4, "memory": "8gb", "storage": "32gb", "gpu": "optional"},
              "customizations": {
                "vscode": {"extensions": ["redhat.java", "-redhat.java", "Vue.volar"], "settings": {"a.b": [1]}},
                "jetbrains": {"plugins": ["com.example"]},
                "codespaces": {"openFiles": ["README.md"]}
              }
            }
            """);

    assertThat(definition.findings()).isEmpty();
    assertThat(definition.image())
        .isEqualTo(new Image.Reference("mcr.example.com/devcontainers/node:22"));
    assertThat(definition.workspaceLocation()).contains("shop/web");
    assertThat(definition.container().features())
        .containsExactly(
            new Feature(
                new Place.Registry("ghcr.io", "devcontainers/features/go", "1"),
                Map.of("version", "1.24", "golangciLint", "true")),
            new Feature(new Place.Local(".devcontainer/own"), Map.of()));
    assertThat(definition.container().featureOrder())
        .containsExactly("ghcr.io/devcontainers/features/go");
    assertThat(definition.env())
        .isEqualTo(
            Map.of(
                "MODE",
                "dev",
                "AT",
                "/workspace/shop/web",
                "PATH",
                "${containerEnv:PATH}:/opt/shop",
                "M",
                "dev!"));
    assertThat(definition.ports())
        .containsExactly(
            port(3000, 3000, OnOpen.OPEN_PREVIEW, true, "Web"),
            port(5432, 5432, OnOpen.IGNORE_COMPLETELY, false, ""),
            port(8000, 8010, OnOpen.IGNORE, false, ""),
            port(1, 65535, OnOpen.IGNORE_COMPLETELY, false, ""));
    var task = definition.tasks().getFirst();
    assertThat(task.name()).contains("Shop");
    assertThat(task.before()).contains("cd -- web");
    assertThat(task.init()).contains("{\nnpm ci\n} && {\nnpm run 'build it'\n}");
    assertThat(task.created().orElseThrow()).contains("( echo 1\n)", "( echo 2\n)");
    assertThat(task.command()).contains("{\necho started\n} && {\necho attached\n}");
    assertThat(definition.container().lifecycle().waitFor())
        .isEqualTo(Lifecycle.Moment.POST_CREATE);
    assertThat(definition.container().lifecycle().updateContent())
        .containsExactly(new Run.Program(List.of("npm", "run", "build it")));
    assertThat(definition.container().needs()).isEqualTo(new Needs(4, 8L << 30, 32L << 30, false));
    assertThat(definition.extensions()).containsExactly("Vue.volar");
    assertThat(definition.container().settings()).isEqualTo("{\"a.b\":[1]}");
    assertThat(definition.jetbrains().plugins()).containsExactly("com.example");
    assertThat(definition.container().init()).isTrue();
  }

  @Test
  void a_dockerfile_lies_relative_to_the_file() {
    assertThat(read("{\"build\": {\"dockerfile\": \"Dockerfile\"}}").image())
        .isEqualTo(new Image.Built(".devcontainer/Dockerfile", Optional.of(".devcontainer")));
    assertThat(
            read("{\"build\": {\"dockerfile\": \"../docker/Dev\", \"context\": \"..\"}}").image())
        .isEqualTo(new Image.Built("docker/Dev", Optional.of(".")));
    assertThat(read("{\"dockerFile\": \"Dockerfile\", \"context\": \"..\"}").image())
        .isEqualTo(new Image.Built(".devcontainer/Dockerfile", Optional.of(".")));
  }

  @Test
  void what_a_build_is_told_is_kept_where_it_is_safe() {
    var definition =
        read(
            """
            {"build": {
              "dockerfile": "Dockerfile",
              "args": {"VARIANT": "22"},
              "target": "dev",
              "cacheFrom": "registry.example.com/shop:cache",
              "options": ["--pull", "--platform=linux/amd64", "--network=host"]
            }}
            """);

    assertThat(definition.image())
        .isEqualTo(
            new Image.Built(
                ".devcontainer/Dockerfile",
                Optional.of(".devcontainer"),
                new Image.Options(
                    Map.of("VARIANT", "22"),
                    Optional.of("dev"),
                    List.of("registry.example.com/shop:cache"),
                    List.of("--pull", "--platform=linux/amd64"))));
    assertThat(definition.findings())
        .extracting(Finding::line, Finding::column)
        .containsExactly(tuple(6, 51));
  }

  @Test
  void a_compose_file_names_its_service() {
    var definition =
        read(
            "{\"dockerComposeFile\": [\"../compose.yml\", \"more.yml\"], \"service\": \"app\","
                + " \"runServices\": [\"db\"], \"workspaceFolder\": \"/workspace/shop\"}");

    assertThat(definition.image())
        .isEqualTo(
            new Image.Composed(
                List.of("compose.yml", ".devcontainer/more.yml"), "app", List.of("db")));
    assertThat(definition.findings()).isEmpty();
  }

  @Test
  void the_command_of_each_form_becomes_a_line_for_a_shell() {
    assertThat(
            LifecycleTask.line(
                new Run.Shell("echo ${containerEnv:HOME} ${X} ${containerEnv:A:b c}")))
        .isEqualTo("echo ${HOME-} ${X} ${A:-b c}");
    assertThat(
            LifecycleTask.line(
                new Run.Program(List.of("say", "it's $HOME", "", "${containerEnv:HOME}/x y"))))
        .isEqualTo("say 'it'\\''s $HOME' '' \"${HOME-}\"'/x y'");
    assertThat(LifecycleTask.line(new Run.AtOnce(Map.of("a", new Run.Shell("x"))))).isEqualTo("x");
    assertThat(LifecycleTask.line(new Run.Shell("${containerEnv:A:$(id)`id`\"}")))
        .isEqualTo("${A:-id}".replace("id}", "idid}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "\"privileged\": true|\"privileged\" is refused",
        "\"capAdd\": [\"SYS_ADMIN\"]|\"SYS_ADMIN\" is not added",
        "\"securityOpt\": [\"seccomp=unconfined\"]|\"seccomp=unconfined\" is refused",
        "\"runArgs\": [\"--privileged\"]|\"--privileged\" is refused",
        "\"runArgs\": [\"--cap-add\", \"SYS_PTRACE\"]|\"--cap-add\" is refused",
        "\"runArgs\": [\"--name\", \"x\"]|\"--name\" is not used",
        "\"mounts\": [\"source=/var/run/docker.sock,target=/x,type=bind\"]|machine are not shown",
        "\"mounts\": [{\"type\": \"bind\", \"source\": \"/\", \"target\": \"/x\"}]|machine are not shown",
        "\"mounts\": [\"source=a,target=/x,type=volume\"]|no other workspace sees it",
        "\"mounts\": [\"target=../x,type=volume\"]|absolute path",
        "\"mounts\": [\"target=/a/../b,type=volume\"]|leaves /",
        "\"mounts\": [\"type=tmpfs,target=/etc\"]|cannot be in memory",
        "\"initializeCommand\": \"rm -rf /\"|never run",
        "\"overrideCommand\": false|own command is not run",
        "\"features\": {\"fish\": \"latest\"}|short name of the first days",
        "\"features\": {\"octo/repo/thing@v1\": {}}|GitHub release",
        "\"features\": {\"http://x.org/f.tgz\": {}}|unprotected",
        "\"features\": {\"../up\": {}}|lies outside the folder",
        "\"features\": {\"/etc\": {}}|outside the repository",
        "\"features\": {\"ghcr.io/a/b:1\": [1]}|are a list",
        "\"forwardPorts\": [\"db:5432\"]|one container",
        "\"forwardPorts\": [70000]|no TCP port",
        "\"forwardPorts\": [22999]|belongs to Berth",
        "\"portsAttributes\": {\".+/server.js\": {}}|pattern of a program",
        "\"portsAttributes\": {\"3000\": {\"lable\": \"x\"}}|Did you mean \"label\"?",
        "\"postCreateCommand\": {\"a\": {\"b\": \"c\"}}|this is a mapping",
        "\"waitFor\": \"postCreate\"|cannot be \"postCreate\"",
        "\"hostRequirements\": {\"memory\": \"8 GB\"}|no amount",
        "\"hostRequirements\": {\"gpu\": true}|no graphics processor",
        "\"containerEnv\": {\"A\": \"${localEnv:HOME}\"}|is empty",
        "\"containerEnv\": {\"A\": \"${containerEnv:B}\"}|part of",
        "\"containerEnv\": {\"GITPOD_X\": \"a\"}|reserved",
        "\"postCreateComand\": \"x\"|Did you mean \"postCreateCommand\"?",
        "\"extensions\": [\"a.b\"]|older place",
        "\"workspaceFolder\": \"/srv\"|not in \"/srv\"",
        "\"workspaceFolder\": \"/workspaces/shop/../x\"|leaves",
        "\"build\": {\"dockerfile\": \"Dockerfile\"}|the image is not used",
      })
  void what_is_not_done_is_told_by_name(String field, String told) {
    var definition = read("{\"image\": \"debian:12\", " + field + "}");

    assertThat(definition.findings()).hasSize(1);
    assertThat(definition.findings().getFirst().words()).contains(told);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"build\": {\"dockerfile\": \"../../Dockerfile\"}}",
        "{\"build\": {\"dockerfile\": \"/Dockerfile\"}}",
        "{\"build\": {\"context\": \"..\"}}",
        "{\"dockerComposeFile\": \"compose.yml\"}",
        "{\"dockerComposeFile\": \"../../c.yml\", \"service\": \"a\"}",
        "{\"image\": \"a b\"}",
        "[]",
        "{\"image\": \"a\"",
      })
  void an_image_that_cannot_be_is_told_and_the_default_one_taken(String text) {
    var definition = read(text);

    assertThat(definition.image()).isEqualTo(new Image.Default());
    assertThat(definition.hasErrors()).isTrue();
  }

  @Test
  void volumes_and_memory_are_known_though_all_is_kept_anyway() {
    var definition =
        read(
            "{\"image\": \"a\", \"mounts\": [\"source=x-${devcontainerId},target=/x,type=volume\","
                + " {\"type\": \"tmpfs\", \"target\": \"/t\"}]}");

    assertThat(definition.container().mounts())
        .containsExactly(new Mount.Volume("x-" + HERE.id(), "/x", false), new Mount.Memory("/t"));
    assertThat(definition.tasks().getFirst().before())
        .hasValueSatisfying(root -> assertThat(root).contains("mkdir -p /x").doesNotContain("/t"));
    for (var needed : List.of("/", "/.", "/proc/x", "/etc", "/workspace", "/.supervisor/bin")) {
      var hidden =
          read("{\"image\": \"a\", \"mounts\": [\"type=tmpfs,target=%s\"]}".formatted(needed));
      assertThat(hidden.container().mounts()).as(needed).isEmpty();
      assertThat(hidden.hasErrors()).isTrue();
    }
  }

  @Test
  void metadata_of_an_image_comes_before_the_file() {
    var definition =
        ImageMetadata.merged(
            """
            [
              {"id": "ghcr.io/a/node:1", "init": true, "entrypoint": "/x.sh",
               "customizations": {"vscode": {"extensions": ["a.b", "c.d"], "settings": {"k": 1}}},
               "postCreateCommand": "one", "containerEnv": {"A": "1", "B": "1"},
               "hostRequirements": {"cpus": 8, "memory": "1gb"}, "forwardPorts": [3000]},
              {"remoteUser": "node", "waitFor": "onCreateCommand"}
            ]
            """,
            PATH,
            bytes(
                """
                {"image": "debian", "postCreateCommand": "two", "containerEnv": {"B": "2"},
                 "customizations": {"vscode": {"extensions": ["-c.d"], "settings": {"k": 2}}},
                 "hostRequirements": {"cpus": 2, "memory": "2gb"}, "forwardPorts": [3000, 4000]}
                """),
            HERE);

    assertThat(definition.env()).isEqualTo(Map.of("A", "1", "B", "2"));
    assertThat(definition.extensions()).containsExactly("a.b");
    assertThat(definition.container().settings()).isEqualTo("{\"k\":2}");
    assertThat(definition.container().lifecycle().postCreate())
        .containsExactly(new Run.Shell("one"), new Run.Shell("two"));
    assertThat(definition.container().lifecycle().waitFor()).isEqualTo(Lifecycle.Moment.ON_CREATE);
    assertThat(definition.container().needs()).isEqualTo(new Needs(8, 2L << 30, 0, false));
    assertThat(definition.container().init()).isTrue();
    assertThat(definition.container().user()).contains("node");
    assertThat(definition.ports()).extracting(PortPlan::first).containsExactly(3000, 4000);
  }

  static Definition read(String text) {
    return DevcontainerJson.read(PATH, bytes(text), HERE);
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static PortPlan port(int first, int last, OnOpen onOpen, boolean https, String name) {
    return new PortPlan(
        first,
        last,
        onOpen,
        Visibility.PRIVATE,
        https,
        Optional.of(name).filter(some -> !some.isEmpty()),
        Optional.empty());
  }
}
