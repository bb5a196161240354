package dev.berth.supervisor.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.protocol.inside.SizePlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class CoreLimitTest {
  /** Of this process: what is lowered here stays so, and no other test leaves a core. */
  @Test
  void it_is_set_and_never_raised_above_what_the_container_allows() throws IOException {
    CoreLimit.set(new SizePlan.Core(4096, 1 << 20));
    assertThat(limits()).containsSequence("4096", "1048576");

    CoreLimit.set(new SizePlan.Core(1 << 30, 1L << 40));
    assertThat(limits()).containsSequence("1048576", "1048576");
  }

  private static String[] limits() throws IOException {
    try (var lines = Files.lines(Path.of("/proc/self/limits"))) {
      return lines
          .filter(line -> line.startsWith("Max core"))
          .findFirst()
          .orElseThrow()
          .split(" +");
    }
  }
}
