package dev.berth.base.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.base.Problem;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
final class BesideTest {
  @Test
  void goes_on_while_its_caller_does() throws Exception {
    var met = new CountDownLatch(1);

    var work =
        Beside.begin(
            Thread.ofVirtual(),
            () -> {
              met.await();
              return "done";
            });
    met.countDown();

    assertThat(work.result()).isEqualTo("done");
  }

  @Test
  void throws_what_the_work_threw() {
    var refused = new IOException("refused");
    var problem = new Problem.Missing("No file.", "Make one.");

    assertThatThrownBy(() -> failing(refused).result()).isSameAs(refused);
    assertThatThrownBy(() -> failing(problem).result()).isSameAs(problem);
  }

  private static Beside<String> failing(Exception failure) {
    return Beside.begin(
        Thread.ofVirtual(),
        () -> {
          throw failure;
        });
  }
}
