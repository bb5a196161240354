package dev.berth.definition.devcontainer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.definition.Feature;
import dev.berth.definition.Feature.Place;
import dev.berth.definition.reading.Findings;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LockFileTest {
  private static final String DIGEST = "sha256:" + "0a".repeat(32);

  private final Findings findings = new Findings(LockFile.FILE);

  @Test
  void a_locked_feature_is_taken_by_its_digest() {
    var lock =
        read(
            """
            {"features": {"GHCR.io/a/node:1": {
              "version": "1.6.3", "resolved": "ghcr.io/a/node@%1$s", "integrity": "%1$s", "dependsOn": []}}}
            """
                .formatted(DIGEST));

    assertThat(findings.inOrder()).isEmpty();
    assertThat(lock.pinned(feature("1"))).isEqualTo(feature(DIGEST));
    assertThat(lock.pinned(feature("2"))).isEqualTo(feature("2"));
  }

  @Test
  void a_lock_leads_to_no_other_feature() {
    var lock =
        read(
            "{\"features\": {\"ghcr.io/a/node:1\": {\"resolved\": \"evil.example.com/a/node@%1$s\", \"integrity\": \"%1$s\"}}}"
                .formatted(DIGEST));

    assertThat(lock.pinned(feature("1"))).isEqualTo(feature("1"));
  }

  @Test
  void what_cannot_be_checked_locks_nothing() {
    var lock = read("{\"features\": {\"ghcr.io/a/node:1\": {\"resolved\": \"x\"}, \"b\": 1}}");

    assertThat(lock.features()).isEmpty();
    assertThat(findings.inOrder()).hasSize(2);
  }

  @Test
  void the_metadata_of_a_feature_names_what_comes_before_it() {
    var metadata =
        FeatureMetadata.read(
                """
                {"id": "Node", "version": "1.6.3", "name": "Node", "options": {"version": {"type": "string"}},
                 "dependsOn": {"ghcr.io/a/common:2": {"upgrade": false}},
                 "installsAfter": ["ghcr.io/a/utils"], "legacyIds": ["nodejs"], "containerEnv": {}}
                """
                    .getBytes(StandardCharsets.UTF_8),
                findings)
            .orElseThrow();

    assertThat(findings.inOrder()).isEmpty();
    assertThat(metadata.id()).isEqualTo("node");
    assertThat(metadata.dependsOn())
        .containsExactly(
            new Feature(
                new Place.Registry("ghcr.io", "a/common", "2"), Map.of("upgrade", "false")));
    assertThat(metadata.installsAfter()).containsExactly("ghcr.io/a/utils");
    assertThat(metadata.legacyIds()).containsExactly("nodejs");
  }

  private LockFile read(String text) {
    return LockFile.read(text.getBytes(StandardCharsets.UTF_8), findings);
  }

  private static Feature feature(String version) {
    return new Feature(new Place.Registry("ghcr.io", "a/node", version), Map.of("x", "y"));
  }
}
