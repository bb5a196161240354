package dev.berth.base.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.base.Problem;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
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

  /** What they share is let go after it: a descriptor that another closes meanwhile. */
  @Test
  void one_that_failed_is_told_only_when_all_have_ended() throws Exception {
    var refused = new IOException("refused");
    var goOn = new CountDownLatch(1);
    var ended = new AtomicBoolean();
    var first = failing(refused);
    assertThatThrownBy(first::result).isSameAs(refused);
    var second =
        Beside.begin(
            Thread.ofVirtual(),
            () -> {
              goOn.await();
              ended.set(true);
              return "done";
            });
    Thread.ofVirtual().start(goOn::countDown);

    assertThatThrownBy(() -> Beside.endOf(List.of(first, second))).isSameAs(refused);
    assertThat(ended).isTrue();
  }

  private static Beside<String> failing(Exception failure) {
    return Beside.begin(
        Thread.ofVirtual(),
        () -> {
          throw failure;
        });
  }
}
