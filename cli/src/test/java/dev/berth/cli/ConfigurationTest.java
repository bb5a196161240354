package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.base.Problem;
import dev.berth.node.NodeConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ConfigurationTest {
  @TempDir Path folder;

  private Configuration of(String yaml, Map<String, String> environment) throws Exception {
    var file = Files.writeString(folder.resolve("berth.yaml"), yaml);
    return Configuration.read(file, environment, Optional.empty());
  }

  @Test
  void mirrors_of_registries_come_from_the_file_or_the_environment() throws Exception {
    var yaml = "images: {mirrors: {docker.io: 'registry.internal:5000/dockerhub'}}";

    assertThat(of(yaml, Map.of()).mirrors())
        .containsExactly(new NodeConfig.Mirror("docker.io", "registry.internal:5000/dockerhub"));
    assertThat(of(yaml, Map.of("BERTH_IMAGES_MIRRORS", "ghcr.io=a.b/c,quay.io=d.e")).mirrors())
        .containsExactly(
            new NodeConfig.Mirror("ghcr.io", "a.b/c"), new NodeConfig.Mirror("quay.io", "d.e"));
    assertThat(of("port: 1", Map.of()).mirrors()).isEmpty();
  }

  @Test
  void a_mirror_that_is_none_and_one_named_twice_are_told_with_all_else() {
    assertThatThrownBy(() ->
            of(
                """
                images:
                  mirrors:
                    docker.io: https://registry.internal
                    ghcr.io: a.internal
                    GHCR.io: b.internal
                port: many
                """,
                Map.of()))
        .isInstanceOf(Problem.Invalid.class)
        .hasMessageContaining("\"docker.io: https://registry.internal\" but must be a registry")
        .hasMessageContaining("images.mirrors names ghcr.io twice")
        .hasMessageContaining("port is \"many\"");
  }
}
