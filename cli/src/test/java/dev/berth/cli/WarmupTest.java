package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.base.process.Command;
import dev.berth.cli.line.ExitCode;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class WarmupTest {
  /** What {@code dist/image} has tried out, where nobody would see that it learned nothing. */
  @ParameterizedTest
  @ValueSource(strings = {"cluster", "content"})
  void what_pods_run_is_tried_out_without_a_cluster(String what, @TempDir Path home)
      throws Exception {
    var java = ProcessHandle.current().info().command().orElseThrow();
    var path = System.getProperty("java.class.path");
    var tree = Path.of(System.getProperty("berth.root"), "supervisor/target/tree");

    var ended =
        Command.of(
                java,
                "-Dberth.supervisor=" + tree,
                "-Djdk.httpclient.allowRestrictedHeaders=host",
                "-cp",
                path,
                "dev.berth.cli.Warmup",
                what)
            .with("BERTH_HOME", home.toString())
            .with("BERTH_LOG", "OFF")
            .run();

    assertThat(ended.exitCode()).as(ended.errors()).isZero();
    assertThat(home.toFile().list()).isEmpty();
  }

  /** The launcher lets the command run next, which says it. */
  @Test
  void a_configuration_that_cannot_be_used_is_not_told_by_the_warm_up(
      @TempDir Path home, @TempDir Path temporary) throws Exception {
    Files.writeString(home.resolve("berth.yaml"), "nonsense: true");
    var java = ProcessHandle.current().info().command().orElseThrow();
    var path = System.getProperty("java.class.path");

    var ended =
        Command.of(java, "-Djava.io.tmpdir=" + temporary, "-cp", path, "dev.berth.cli.Warmup")
            .with("BERTH_HOME", home.toString())
            .run();

    assertThat(ended.exitCode()).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(ended.errors()).doesNotContain("Exception", "nonsense");
    assertThat(home.toFile().list()).containsExactly("berth.yaml");
    assertThat(temporary).isEmptyDirectory();
  }
}
