package dev.berth.supervisor.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** The kernel keeps rights for each thread, and gives a new one those of the one that makes it. */
final class ImpersonationTest {
  private static final Identity USER = new Identity(33333, 33333, List.of());
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** As many as there are carriers in the tests: each is met. */
  private static final int CARRIERS = 64;

  /** Each round takes the carrier that its waiter left, so that waking it needs a new one. */
  @Test
  void the_thread_that_waits_and_all_carriers_keep_their_own_rights() throws Exception {
    var busy = new AtomicBoolean(true);
    for (int round = 0; round < 16; round++) {
      var began = new CountDownLatch(1);
      var said = new CompletableFuture<String>();
      Thread.ofVirtual()
          .start(() -> {
            try {
              said.complete(
                  Impersonation.as(
                      USER,
                      PATIENCE,
                      () -> {
                        began.countDown();
                        Thread.sleep(20);
                        return uid();
                      }));
            } catch (IOException | InterruptedException e) {
              said.completeExceptionally(e);
            }
          });
      began.await();
      Thread.ofVirtual()
          .start(() -> {
            while (busy.get()) Thread.onSpinWait();
          });
      assertThat(said.get(20, TimeUnit.SECONDS)).isEqualTo("33333");
    }
    busy.set(false);

    var together = new CyclicBarrier(CARRIERS);
    var looking = new ArrayList<Callable<String>>();
    for (int i = 0; i < CARRIERS; i++) {
      looking.add(() -> {
        together.await();
        return uid();
      });
    }
    assertThat(all(looking)).containsOnly("0");
  }

  private static List<String> all(List<Callable<String>> work)
      throws InterruptedException, ExecutionException {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var said = new ArrayList<String>();
      for (var one : threads.invokeAll(work)) said.add(one.get());
      return said;
    }
  }

  /** Of the thread of the kernel's that this one runs on. */
  private static String uid() throws Exception {
    for (var line : Files.readAllLines(Path.of("/proc/thread-self/status"))) {
      if (line.startsWith("Uid:")) return line.split("\\s+")[1];
    }
    throw new IllegalStateException("a thread has no user");
  }
}
