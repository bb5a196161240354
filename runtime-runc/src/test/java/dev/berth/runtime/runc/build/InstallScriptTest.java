package dev.berth.runtime.runc.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.base.Problem;
import dev.berth.base.json.Json;
import dev.berth.definition.devcontainer.FeatureMetadata;
import dev.berth.definition.reading.Findings;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InstallScriptTest {
  /** As long as a value of a file may be. */
  private static final String LONGEST = "x".repeat(32767);

  private static InstallScript.Step step(String name, Map<String, String> containerEnv) {
    var json = "{\"id\": \"f\", \"containerEnv\": %s}".formatted(Json.write(containerEnv));
    var findings = new Findings(FeatureMetadata.FILE);
    var metadata = FeatureMetadata.read(json.getBytes(StandardCharsets.UTF_8), findings);
    assertThat(findings.inOrder()).isEmpty();
    return new InstallScript.Step(name, metadata.orElseThrow(), Map.of());
  }

  private static InstallScript script(InstallScript.Step... steps) {
    return InstallScript.of(Map.of("PATH", "/bin"), "gitpod", List.of(steps));
  }

  @Test
  void variables_that_double_each_other_are_refused_before_they_fill_the_memory() {
    var doubling = new LinkedHashMap<>(Map.of("V0", LONGEST));
    for (int i = 1; i <= 20; i++) doubling.put("V" + i, "$V%1$d${V%1$d}".formatted(i - 1));
    var bomb = step("example.org/f/bomb:1", doubling);

    assertThatThrownBy(() -> script(bomb))
        .isInstanceOf(Problem.Invalid.class)
        .hasMessageContaining("example.org/f/bomb:1")
        .hasMessageContaining("1 MiB");
  }

  @Test
  void one_value_that_alone_would_be_too_long_is_not_made() {
    var env = new LinkedHashMap<>(Map.of("V0", LONGEST));
    env.put("V1", "$V0".repeat(30));
    assertThat(script(step("ok", env)).env().get("V1")).hasSize(30 * LONGEST.length());
    env.put("V2", "$V1".repeat(10_000)); // ten thousand million letters, which no text can hold

    assertThatThrownBy(() -> script(step("example.org/f/bomb:1", env)))
        .isInstanceOf(Problem.Invalid.class)
        .hasMessageContaining("example.org/f/bomb:1");
  }

  @Test
  void the_variables_of_all_features_count_together() {
    var half = new LinkedHashMap<>(Map.of("A", LONGEST));
    half.put("B", "${A}".repeat(15));
    var first = step("example.org/f/first:1", half);
    var second = step("example.org/f/second:1", Map.of("C", "$B$A"));

    assertThat(script(first).env()).hasSize(3);
    assertThat(script(first, second).env().get("C")).hasSize(16 * LONGEST.length());
    assertThatThrownBy(() -> script(first, second, step("third", Map.of("D", "x".repeat(33)))))
        .isInstanceOf(Problem.Invalid.class)
        .hasMessageContaining("third");
  }

  @Test
  void a_variable_holds_what_those_before_it_held() {
    var env = new LinkedHashMap<>(Map.of("HOME_OF_IT", "/opt/it"));
    env.put("PATH", "$HOME_OF_IT/bin:${PATH}:$");
    env.put("OTHERWISE", "${NONE:-a \\$1 b}|$NONE|${PATH:-c}");

    assertThat(script(step("it", env)).env())
        .containsEntry("PATH", "/opt/it/bin:/bin:$")
        .containsEntry("OTHERWISE", "a \\$1 b||/opt/it/bin:/bin:$");
  }
}
