package dev.berth.base.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class AtEndTest {
  @Test
  void it_is_done_once_however_often_it_is_closed() {
    var times = new AtomicInteger();
    var end = AtEnd.of(times::incrementAndGet);
    assertThat(times).hasValue(0);

    end.close();
    end.close();

    assertThat(times).hasValue(1);
  }

  @Test
  void a_process_that_is_asked_to_end_does_it_first() throws Exception {
    var process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Waits.class.getName())
            .redirectErrorStream(true)
            .start();
    try (var said = process.inputReader(StandardCharsets.UTF_8)) {
      assertThat(said.readLine()).isEqualTo("made");

      process.toHandle().destroy();

      assertThat(said.lines()).containsExactly("deleted");
    } finally {
      process.destroyForcibly();
    }
  }

  /** Makes something, and is interrupted while it uses it. */
  static final class Waits {
    private Waits() {}

    static void main() throws IOException, InterruptedException {
      try (var _ = AtEnd.of(() -> System.out.println("deleted"))) {
        System.out.println("made");
        new CountDownLatch(1).await();
      }
    }
  }
}
