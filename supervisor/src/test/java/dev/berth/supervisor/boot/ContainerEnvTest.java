package dev.berth.supervisor.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ContainerEnvTest {
  private final ContainerEnv env = new ContainerEnv(Map.of("PATH", "/bin:$0\\1"));

  @Test
  void what_the_image_says_is_put_where_a_value_refers_to_it() {
    assertThat(
            env.in(
                Map.of(
                    "PATH",
                    "${containerEnv:PATH}:/opt",
                    "A",
                    "${containerEnv:NONE:other}${containerEnv:NONE}",
                    "B",
                    "${PATH} ${containerEnv:1}")))
        .isEqualTo(
            Map.of("PATH", "/bin:$0\\1:/opt", "A", "other", "B", "${PATH} ${containerEnv:1}"));
  }

  @Test
  void a_value_cannot_grow_without_end() {
    var long1 = new ContainerEnv(Map.of("L", "x".repeat(30_000)));

    var value = long1.in(Map.of("A", "${containerEnv:L}".repeat(1000))).get("A");

    assertThat(value).hasSizeLessThan(100_000);
  }
}
