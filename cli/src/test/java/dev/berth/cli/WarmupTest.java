package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.base.process.Command;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WarmupTest {
  /** The launcher lets the command run next, which says it. */
  @Test
  void a_configuration_that_cannot_be_used_is_not_told_by_the_warm_up(@TempDir Path home)
      throws Exception {
    Files.writeString(home.resolve("berth.yaml"), "nonsense: true");
    var java = ProcessHandle.current().info().command().orElseThrow();
    var path = System.getProperty("java.class.path");

    var ended =
        Command.of(java, "-cp", path, "dev.berth.cli.Warmup")
            .with("BERTH_HOME", home.toString())
            .run();

    assertThat(ended.exitCode()).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(ended.errors()).doesNotContain("Exception", "nonsense");
    assertThat(home.toFile().list()).containsExactly("berth.yaml");
  }
}
