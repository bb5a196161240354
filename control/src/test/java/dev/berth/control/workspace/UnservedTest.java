package dev.berth.control.workspace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.definition.Definition;
import dev.berth.definition.devcontainer.DevcontainerJson;
import dev.berth.definition.devcontainer.Surroundings;
import dev.berth.definition.gitpod.GitpodYml;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class UnservedTest {
  private static final String YML =
      """
      image: {file: dev/Dockerfile}
      mainConfiguration: https://a/main
      additionalRepositories: [{url: https://a/b}]
      coreDump: {enabled: true}
      """;

  private static final String DEVCONTAINER =
      """
      {
        "image": "debian",
        "features": {"ghcr.io/a/go:1": {}},
        "hostRequirements": {"cpus": 8},
        "customizations": {"vscode": {"settings": {"a": 1}}}
      }
      """;

  @Test
  void what_is_not_done_is_told_a_sentence_each() {
    assertThat(
            Unserved.notices(
                devcontainer("{\"build\": {\"dockerfile\": \"D\", \"cacheFrom\": \"a/b\"}}")))
        .singleElement()
        .matches(notice -> notice.text().contains("cacheFrom"));
    assertThat(
            Unserved.notices(
                devcontainer("{\"dockerComposeFile\": \"c.yml\", \"service\": \"app\"}")))
        .singleElement()
        .matches(notice -> notice.text().contains("the service app of .devcontainer/c.yml"));
  }

  @Test
  void of_what_is_done_nothing_is_told() {
    assertThat(Unserved.notices(Definition.NONE)).isEmpty();
    assertThat(Unserved.notices(GitpodYml.read(bytes(YML)))).isEmpty();
    assertThat(Unserved.notices(devcontainer(DEVCONTAINER))).isEmpty();
  }

  private static Definition devcontainer(String text) {
    return DevcontainerJson.read(
        ".devcontainer/devcontainer.json", bytes(text), Surroundings.of("a", "b"));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
