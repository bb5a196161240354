package dev.berth.registry.pull;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.registry.ImageReference;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MirrorsTest {
  private static Mirrors mirrors(String... pairs) {
    return new Mirrors(
        Arrays.stream(pairs)
            .map(pair -> pair.split("="))
            .collect(
                Collectors.toMap(
                    pair -> RegistryPlace.parse(pair[0]), pair -> RegistryPlace.parse(pair[1]))));
  }

  private static final Mirrors MIRRORS =
      mirrors(
          "docker.io=r.internal:5000/hub",
          "docker.io/gitpod=r.internal:5000/team/gitpod",
          "ghcr.io/devcontainers=features.internal",
          "quay.io=docker.io",
          "localhost:5000=[::1]:5000/x");

  @ParameterizedTest
  @CsvSource({
    "nginx, r.internal:5000/hub/library/nginx:latest",
    "index.docker.io/nginx:1, r.internal:5000/hub/library/nginx:1",
    "grafana/grafana, r.internal:5000/hub/grafana/grafana:latest",
    "gitpod/workspace-full, r.internal:5000/team/gitpod/workspace-full:latest",
    "gitpodium/x, r.internal:5000/hub/gitpodium/x:latest",
    "ghcr.io/devcontainers/features/node:1, features.internal/features/node:1",
    "ghcr.io/devcontainers, ghcr.io/devcontainers:latest",
    "ghcr.io/other/x, ghcr.io/other/x:latest",
    "ghcr.io:443/devcontainers/x, ghcr.io:443/devcontainers/x:latest",
    "quay.io/a/b, docker.io/a/b:latest",
    "localhost:5000/a, [::1]:5000/x/a:latest",
    "localhost/a, localhost/a:latest",
  })
  void where_an_image_is_asked(String name, String place) {
    var image = ImageReference.parse(name);
    var asked = MIRRORS.asked(image);
    assertThat(asked.place().toString()).isEqualTo(place);
    assertThat(asked.image()).isEqualTo(image);
    assertThat(asked.toString()).startsWith(image.toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "library",
        "https://ghcr.io",
        "ghcr.io/",
        "ghcr.io/a:1",
        "ghcr.io/../x",
        "GHCR.io/A",
        "a b.io",
        "ghcr.io:0",
        "r.io\"\ninsecure = true",
        "ghcr.io@sha256:aa",
      })
  void what_is_no_place(String text) {
    assertThatThrownBy(() -> RegistryPlace.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must be a registry such as");
  }
}
