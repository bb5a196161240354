package dev.berth.supervisor.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ProcessLimitTest {
  @TempDir private Path mount;

  @ParameterizedTest
  @ValueSource(strings = {"pids", "."})
  void it_is_told_once_the_kernel_refused_a_process(String version) throws Exception {
    var group = Files.createDirectories(mount.resolve(version));
    var limit = ProcessLimit.in(mount);
    assertThat(limit.notice()).isEmpty();

    Files.writeString(group.resolve("pids.max"), "4096\n");
    Files.writeString(group.resolve("pids.events"), "max 0\n");
    assertThat(limit.notice()).isEmpty();

    Files.writeString(group.resolve("pids.events"), "max 12\n");
    assertThat(limit.notice()).get().asString().contains("limit of 4096 processes and threads");
  }
}
