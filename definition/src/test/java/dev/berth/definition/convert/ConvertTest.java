package dev.berth.definition.convert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.definition.Definition;
import dev.berth.definition.devcontainer.DevcontainerJson;
import dev.berth.definition.devcontainer.Surroundings;
import dev.berth.definition.gitpod.GitpodYml;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ConvertTest {
  @Test
  void a_devcontainer_becomes_a_gitpod_yml_that_says_the_same() {
    var converted =
        GitpodWriter.write(
            devcontainer(
                """
                {
                  "name": "Shop",
                  "build": {"dockerfile": "Dockerfile", "context": "..", "args": {"A": "b"}},
                  "features": {"ghcr.io/devcontainers/features/go:1": {}},
                  "forwardPorts": [3000],
                  "portsAttributes": {"3000": {"label": "Web", "onAutoForward": "openPreview"}},
                  "containerEnv": {"MODE": "dev"},
                  "remoteEnv": {"PATH": "${containerEnv:PATH}:/x"},
                  "onCreateCommand": "npm ci",
                  "postCreateCommand": "npm run seed",
                  "postStartCommand": "npm start",
                  "remoteUser": "node",
                  "customizations": {"vscode": {"extensions": ["a.b"], "settings": {"c": 1}}}
                }
                """));

    assertThat(converted.file()).isEqualTo(".gitpod.yml");
    assertThat(converted.text())
        .isEqualTo(
            """
            image:
              file: .devcontainer/Dockerfile
              context: .
            tasks:
              - name: Shop
                init: |
                  {
                  npm ci
                  } && {
                  npm run seed
                  }
                command: npm start
            ports:
              - port: 3000
                name: Web
                onOpen: open-preview
            env:
              MODE: dev
            vscode:
              extensions:
                - a.b
            """);
    assertThat(String.join("\n", converted.lost()))
        .contains(
            "Build arguments", "go", "PATH", "postCreateCommand", "The user node", "Settings");
    assertThat(converted.lost()).hasSize(6);
  }

  @Test
  void a_gitpod_yml_becomes_a_devcontainer_that_says_the_same() {
    var definition =
        GitpodYml.read(
            bytes(
                """
                image: {file: .gitpod.Dockerfile}
                checkoutLocation: src/shop
                tasks:
                  - name: Web
                    before: nvm use
                    init: npm ci
                    command: npm start
                    env: {MODE: it's}
                  - command: ./db
                    openIn: main
                ports:
                  - {port: 3000, name: Web, onOpen: open-browser, visibility: public}
                  - {port: 8000-8009, onOpen: ignore}
                gitConfig: {core.autocrlf: input}
                vscode: {extensions: [a.b]}
                coreDump: {enabled: true}
                """));

    var converted = DevcontainerWriter.write(definition);

    assertThat(converted.text())
        .isEqualTo(
            """
            {
              "build": {
                "dockerfile": "../.gitpod.Dockerfile",
                "context": ".."
              },
              "forwardPorts": [
                3000
              ],
              "portsAttributes": {
                "3000": {
                  "label": "Web",
                  "onAutoForward": "openBrowser"
                },
                "8000-8009": {
                  "onAutoForward": "silent"
                }
              },
              "onCreateCommand": "export MODE='it'\\\\''s'\\nnvm use\\nnpm ci",
              "postStartCommand": {
                "Web": "export MODE='it'\\\\''s'\\nnvm use\\nnpm start",
                "task 2": "./db"
              },
              "customizations": {
                "vscode": {
                  "extensions": [
                    "a.b"
                  ]
                }
              }
            }
            """);
    assertThat(String.join("\n", converted.lost()))
        .contains("public", "terminal", "checkoutLocation", "gitConfig core.autocrlf", "coreDump");
  }

  private static Definition devcontainer(String text) {
    return DevcontainerJson.read(
        ".devcontainer/devcontainer.json", bytes(text), Surroundings.of("shop", "x"));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
