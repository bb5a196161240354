package dev.berth.runtime.kubernetes;

import dev.berth.base.Problem;
import dev.berth.runtime.kubernetes.cluster.Cluster;
import dev.berth.runtime.kubernetes.network.Policies;
import dev.berth.runtime.kubernetes.network.Reach;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the namespace's network policy as it is to be: names get other addresses, and somebody may
 * change or remove it by hand. Safe for all threads.
 */
final class Closing implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Closing.class);

  /** An object store that got another address is not reached for so long. */
  private static final Duration BETWEEN = Duration.ofSeconds(60);

  private final Cluster cluster;
  private final Supplier<Reach> reach;
  private final Thread thread = Thread.ofVirtual().name("network policy").unstarted(this::keep);

  private long doneNanos = System.nanoTime() - BETWEEN.toNanos();
  private Optional<String> told = Optional.empty();

  private Closing(Cluster cluster, Supplier<Reach> reach) {
    this.cluster = cluster;
    this.reach = reach;
  }

  static Closing open(Cluster cluster, Supplier<Reach> reach) {
    var closing = new Closing(cluster, reach);
    closing.thread.start();
    return closing;
  }

  /** Writes it, where that was not just done; throws where it cannot be. */
  synchronized void now() {
    if (System.nanoTime() - doneNanos < BETWEEN.toNanos()) return;
    cluster.apply(Policies.of(cluster.namespace(), reach.get()));
    doneNanos = System.nanoTime();
  }

  private void keep() {
    try {
      while (true) {
        told = attempt();
        Thread.sleep(BETWEEN);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // closed
    }
  }

  /** What is wrong, which is told once. */
  private Optional<String> attempt() {
    try {
      now();
      return Optional.empty();
    } catch (RuntimeException e) { // no start comes through either, and says it to its owner
      var words = e instanceof Problem problem ? problem.words() : e.toString();
      if (told.filter(words::equals).isEmpty()) {
        LOG.warn("the workspaces' network is not closed yet: {}", words);
      }
      return Optional.of(words);
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
