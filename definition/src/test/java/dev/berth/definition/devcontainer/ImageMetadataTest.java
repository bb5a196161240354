package dev.berth.definition.devcontainer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.definition.Finding;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ImageMetadataTest {
  private static final Surroundings HERE = Surroundings.of("app", "https://a/app");

  private static final String LABEL =
      """
      [{"id": "a", "postCreateCommand": "one", "remoteEnv": {"X": "image", "Y": "image"},
        "customizations": {"vscode": {"extensions": ["a.a", "b.b"], "settings": {"s": 1, "t": [2]}}}},
       {"id": "b", "entrypoint": "/init 'a b'", "mounts": ["source=v,target=/v"], "postCreateCommand": "two", "forwardPorts": [3000],
        "privileged": true}]
      """;

  private static final String FILE =
      """
      {"image": "debian", "workspaceFolder": "/workspaces/app/sub", "postCreateCommand": "three",
       "remoteEnv": {"Y": "file"}, "forwardPorts": [4000],
       "customizations": {"vscode": {"extensions": ["-A.a", "c.c"], "settings": {"s": 3}}}}
      """;

  @Test
  void an_image_counts_beneath_the_file() {
    var own =
        DevcontainerJson.read(
            ".devcontainer/devcontainer.json", FILE.getBytes(StandardCharsets.UTF_8), HERE);

    var whole = ImageMetadata.under(LABEL, own, HERE);

    assertThat(whole.extensions()).containsExactly("b.b", "c.c");
    assertThat(whole.env()).isEqualTo(Map.of("X", "image", "Y", "file"));
    assertThat(whole.container().settings()).isEqualTo("{\"s\":3,\"t\":[2]}");
    assertThat(whole.tasks().getFirst().created().orElseThrow().replace("\n", " "))
        .isEqualTo("{ one } && { two } && { three }");
    assertThat(own.tasks().getFirst().before()).contains("cd -- sub");
    assertThat(whole.tasks().getFirst().before().orElseThrow().replace("\n", " "))
        .isEqualTo(
            "sudo -E -- /bin/sh -c '[ -e /v ] || { mkdir -p /v && chown \"$SUDO_UID:$SUDO_GID\" /v; }"
                + " ( /init '\\''a b'\\'' ) </dev/null' || : cd -- sub");
    assertThat(whole.ports()).extracting(port -> port.first()).containsExactly(4000, 3000);
    assertThat(whole.findings())
        .extracting(Finding::what)
        .anySatisfy(what -> assertThat(what).contains("privileged"));
  }

  @Test
  void a_label_that_is_none_changes_nothing() {
    var own =
        DevcontainerJson.read("devcontainer.json", FILE.getBytes(StandardCharsets.UTF_8), HERE);

    for (var label : List.of("", "{", "7", "[[[", "[7]", "null")) {
      assertThat(ImageMetadata.under(label, own, HERE).with(own.origin(), own.findings()))
          .as(label)
          .isEqualTo(own);
    }
  }

  @Test
  void entries_are_added_behind_those_of_the_image() {
    assertThat(ImageMetadata.label(Optional.of("[{\"a\": 1}]"), List.of("{\"b\":2}")))
        .isEqualTo("[{\"a\":1},{\"b\":2}]");
    assertThat(ImageMetadata.label(Optional.of("{\"a\": 1}"), List.of())).isEqualTo("[{\"a\":1}]");
    assertThat(ImageMetadata.label(Optional.of("broken"), List.of("{}"))).isEqualTo("[{}]");
    assertThat(ImageMetadata.label(Optional.empty(), List.of("{}"))).isEqualTo("[{}]");
  }
}
