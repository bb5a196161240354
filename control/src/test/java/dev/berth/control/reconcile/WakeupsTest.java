package dev.berth.control.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.protocol.WorkspaceId;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
final class WakeupsTest {
  private static final WorkspaceId ONE = WorkspaceId.create("octo", "one");
  private static final WorkspaceId OTHER = WorkspaceId.create("octo", "other");
  private static final Optional<Duration> NO_PAUSE = Optional.empty();

  /** Beyond the patience of each test, which would fail by its timeout. */
  private static final Optional<Duration> LONG = Optional.of(Duration.ofHours(1));

  private final Wakeups wakeups = new Wakeups();

  @Test
  void one_that_is_woken_often_before_a_look_is_looked_at_once() throws Exception {
    for (int i = 0; i < 9; i++) wakeups.wake(ONE);
    wakeups.wake(OTHER);

    assertThat(wakeups.take()).isEqualTo(ONE);
    wakeups.done(ONE, NO_PAUSE);
    assertThat(wakeups.take()).isEqualTo(OTHER);
    wakeups.done(OTHER, NO_PAUSE);

    wakeups.wake(OTHER);
    assertThat(wakeups.take()).as("nothing was left of ONE").isEqualTo(OTHER);
  }

  @Test
  void one_that_is_woken_while_it_is_looked_at_waits_for_the_end_and_is_looked_at_once_more()
      throws Exception {
    wakeups.wake(ONE);
    assertThat(wakeups.take()).isEqualTo(ONE);
    wakeups.wake(ONE);
    wakeups.wake(ONE);
    wakeups.wake(OTHER);

    assertThat(wakeups.take()).as("never two looks at ONE").isEqualTo(OTHER);
    wakeups.done(ONE, LONG);
    assertThat(wakeups.take()).as("the wake-up wins over the pause").isEqualTo(ONE);
    wakeups.done(ONE, NO_PAUSE);
    wakeups.done(OTHER, NO_PAUSE);
    wakeups.wake(OTHER);
    assertThat(wakeups.take()).isEqualTo(OTHER);
  }

  @Test
  void the_next_look_is_after_the_pause_that_the_last_one_asked_for() throws Exception {
    wakeups.wake(ONE);
    wakeups.take();
    long begun = System.nanoTime();
    wakeups.done(ONE, Optional.of(Duration.ofMillis(150)));

    assertThat(wakeups.take()).isEqualTo(ONE);
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofMillis(149));
  }

  @Test
  void an_earlier_wake_up_wins_over_a_later_one_whichever_came_first() throws Exception {
    wakeups.wake(ONE);
    wakeups.take();
    wakeups.done(ONE, LONG);
    var taken = CompletableFuture.supplyAsync(this::take);

    wakeups.wake(ONE);

    assertThat(taken.get(10, TimeUnit.SECONDS)).isEqualTo(ONE);
    wakeups.done(ONE, NO_PAUSE);
    wakeups.wake(OTHER);
    assertThat(wakeups.take()).as("the later one is gone").isEqualTo(OTHER);
  }

  @Test
  void looks_at_one_workspace_never_overlap_whatever_wakes_it() throws Exception {
    var at = new ConcurrentHashMap<WorkspaceId, AtomicInteger>();
    var worst = new AtomicInteger();
    var enough = new CountDownLatch(2000);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 4; i++) {
        threads.submit(() -> {
          while (enough.getCount() > 0) {
            wakeups.wake(ONE);
            wakeups.wake(OTHER);
            LockSupport.parkNanos(1);
          }
        });
        threads.submit(() -> {
          while (enough.getCount() > 0) {
            var id = take();
            var now = at.computeIfAbsent(id, _ -> new AtomicInteger());
            worst.accumulateAndGet(now.incrementAndGet(), Math::max);
            LockSupport.parkNanos(1);
            now.decrementAndGet();
            enough.countDown();
            wakeups.done(id, Optional.of(Duration.ZERO));
          }
        });
      }
      enough.await();
    }
    assertThat(worst).hasValue(1);
  }

  private WorkspaceId take() {
    try {
      return wakeups.take();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
