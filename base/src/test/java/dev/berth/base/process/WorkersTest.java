package dev.berth.base.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class WorkersTest {
  private final Workers<Integer> workers = new Workers<>(4);

  @Test
  void each_job_is_done_once() throws Exception {
    Set<Integer> done = ConcurrentHashMap.newKeySet();
    workers.run(
        "worker-",
        3,
        () -> {
          for (var next = workers.next(); next.isPresent(); next = workers.next()) {
            assertThat(done.add(next.get())).isTrue();
          }
        },
        () -> {
          for (int i = 0; i < 1000; i++) workers.hand(i);
        });

    assertThat(done).isEqualTo(IntStream.range(0, 1000).boxed().collect(Collectors.toSet()));
  }

  @Test
  void an_error_of_a_thread_ends_the_one_that_hands_out_and_is_told() {
    assertThatThrownBy(() ->
            workers.run(
                "worker-",
                3,
                () -> {
                  if (workers.next().isPresent()) throw new OutOfMemoryError("of a test");
                },
                () -> {
                  while (true) workers.hand(1);
                }))
        .isInstanceOf(OutOfMemoryError.class);
  }

  @Test
  void who_is_interrupted_ends_the_threads_also_when_all_jobs_are_handed_out() throws Exception {
    var never = new CountDownLatch(1);
    var interrupted = new AtomicInteger();
    var begun = new CountDownLatch(3);
    var running =
        Beside.begin(
            Thread.ofPlatform(),
            () -> {
              workers.run(
                  "worker-",
                  3,
                  () -> {
                    while (workers.next().isPresent()) {
                      begun.countDown();
                      try {
                        never.await();
                      } finally {
                        interrupted.incrementAndGet();
                      }
                    }
                  },
                  () -> {
                    for (int i = 0; i < 3; i++) workers.hand(i);
                  });
              return true;
            });
    begun.await();

    running.interrupt();

    assertThatThrownBy(running::result).isInstanceOf(InterruptedException.class);
    assertThat(interrupted).hasValue(3);
    assertThatThrownBy(workers::throwIfStopped).isInstanceOf(IOException.class);
  }

  @Test
  void an_error_of_the_one_that_hands_out_ends_the_threads() {
    assertThatThrownBy(() ->
            workers.run(
                "worker-",
                3,
                () -> assertThat(workers.next()).isEmpty(),
                () -> {
                  throw new OutOfMemoryError("of a test");
                }))
        .isInstanceOf(OutOfMemoryError.class);
    assertThatThrownBy(workers::throwIfStopped).isInstanceOf(IOException.class);
  }
}
