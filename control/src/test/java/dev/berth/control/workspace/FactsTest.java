package dev.berth.control.workspace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.protocol.api.DefinitionView.Fact;
import java.util.List;
import java.util.Optional;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;

class FactsTest {
  @Test
  void what_a_gitpod_yml_says_is_told_beside_what_it_leaves_open() {
    var yml =
        """
        image: debian:12
        checkoutLocation: src/hello
        tasks:
        - name: Web
          before: export A=1
          init: |
            npm ci
          command: npm start
          env: {PORT: "3000"}
        - {}
        ports:
        - {port: 3000, visibility: public, onOpen: open-preview, name: site}
        - port: 4000-4999
        env: {STAGE: dev}
        vscode: {extensions: [esbenp.prettier-vscode]}
        """;

    var facts = facts(Samples.gitpodYml(yml));

    assertThat(facts)
        .extracting(Fact::name, Fact::values)
        .containsExactly(
            row("Image", "debian:12"),
            row("Size", "standard"),
            row("Folder", "/workspace/src/hello"),
            row(
                "Task Web",
                "before: export A=1",
                "init: npm ci",
                "command: npm start",
                "with PORT=3000"),
            row("Task", "a terminal"),
            row("Ports", "3000 site: public, open-preview", "4000-4999: private, notify"),
            row("Extensions", "esbenp.prettier-vscode"),
            row("Variables", "STAGE=dev"));
  }

  @Test
  void what_nobody_said_comes_from_berth_and_the_configuration() {
    var facts = facts(Samples.gitpodYml("tasks: []"));

    assertThat(facts)
        .containsExactly(
            new Fact("Image", List.of("the default image"), "Berth’s default"),
            new Fact("Size", List.of("standard"), "the configuration"),
            new Fact("Folder", List.of("/workspace/hello"), "the repository’s name"));
  }

  @Test
  void a_devcontainer_json_is_told_with_its_features_and_moments() {
    var json =
        """
        {
          "build": {"dockerfile": "Dockerfile", "target": "dev"},
          "features": {"ghcr.io/devcontainers/features/go:1": {"version": "1.26"}},
          "remoteUser": "vscode",
          "mounts": ["type=volume,source=cache,target=/cache", "type=tmpfs,target=/scratch"],
          "remoteEnv": {"A": "b"},
          "onCreateCommand": "make",
          "postStartCommand": {"web": "npm start", "db": ["postgres", "-D", "data"]}
        }
        """;

    var facts = facts(Samples.devcontainer(json));

    assertThat(facts)
        .extracting(Fact::name, Fact::values)
        .contains(
            row(
                "Image",
                "built of .devcontainer/Dockerfile, which sees .devcontainer, its stage dev"),
            row("Features", "ghcr.io/devcontainers/features/go (version=1.26)"),
            row("onCreateCommand", "make"),
            row("postStartCommand", "web: npm start; db: postgres -D data"),
            row("Variables of its user", "A=b"),
            row("User", "vscode"),
            row("Mounts", "/cache, the volume cache", "/scratch, in memory"));
    assertThat(facts)
        .filteredOn(fact -> fact.name().equals("User"))
        .extracting(Fact::from)
        .containsExactly(".devcontainer/devcontainer.json");
  }

  private static Tuple row(String name, String... values) {
    return Tuple.tuple(name, List.of(values));
  }

  private static List<Fact> facts(Workspace workspace) {
    return Facts.of(workspace, PortRules.of(workspace, Optional.empty())).facts();
  }
}
