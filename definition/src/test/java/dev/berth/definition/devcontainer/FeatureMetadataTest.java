package dev.berth.definition.devcontainer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.definition.reading.Findings;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FeatureMetadataTest {
  private static FeatureMetadata read(String json) {
    return FeatureMetadata.read(json.getBytes(StandardCharsets.UTF_8), new Findings("f"))
        .orElseThrow();
  }

  @Test
  void options_become_variables_by_the_specifications_rule_with_their_defaults() {
    var metadata =
        read(
            """
            {"id": "f", "options": {
              "version": {"type": "string", "default": "lts"},
              "install-tools": {"type": "boolean", "default": true},
              "2nd": {"type": "string", "default": "x"},
              "plain": {"type": "string"}}}
            """);

    assertThat(metadata.environment(Map.of("version", "20", "other", "o")))
        .isEqualTo(Map.of("VERSION", "20", "INSTALL_TOOLS", "true", "_ND", "x", "OTHER", "o"));
  }

  @Test
  void an_entry_of_the_label_has_what_is_for_users_and_no_more() {
    var metadata =
        read(
            """
            {"id": "F", "version": "1.0.0", "options": {}, "init": true, "capAdd": ["SYS_PTRACE"],
             "containerEnv": {"A": "b"}, "postCreateCommand": ["a", "b"], "keywords": ["x"]}
            """);

    assertThat(metadata.entry("r.io/f:1"))
        .isEqualTo(
            "{\"id\":\"r.io/f:1\",\"init\":true,\"capAdd\":[\"SYS_PTRACE\"],\"postCreateCommand\":[\"a\",\"b\"]}");
    assertThat(metadata.containerEnv()).isEqualTo(Map.of("A", "b"));
    assertThat(read("{\"id\": \"f\"}").entry("./f")).isEqualTo("{\"id\":\"./f\"}");
  }
}
