package dev.berth.runtime.kubernetes;

import dev.berth.base.Problem;
import dev.berth.runtime.kubernetes.cluster.Cluster;
import dev.berth.runtime.kubernetes.network.Policies;
import dev.berth.runtime.kubernetes.network.Reach;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the namespace's network policy as it is to be: names get other addresses, and somebody may
 * change or remove it by hand. Begins with the first turn or start; one who only stands by may have
 * other settings than the one that leads, and writes nothing. Safe for all threads.
 */
final class Closing implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Closing.class);

  /** An object store that got another address is not reached for so long. */
  private static final Duration BETWEEN = Duration.ofSeconds(60);

  /** In which this process writes it, and when it did so last. */
  private static final class Turn {
    private final BooleanSupplier holds;
    private volatile long doneNanos = System.nanoTime() - BETWEEN.toNanos();

    Turn(BooleanSupplier holds) {
      this.holds = holds;
    }
  }

  private final Cluster cluster;
  private final Supplier<Reach> reach;
  private final Thread thread = Thread.ofVirtual().name("network policy").unstarted(this::keep);
  private final AtomicBoolean begun = new AtomicBoolean();
  private volatile Turn turn = new Turn(() -> true);

  private Optional<String> told = Optional.empty();

  Closing(Cluster cluster, Supplier<Reach> reach) {
    this.cluster = cluster;
    this.reach = reach;
  }

  /** Has it written, soon and from then on, while {@code holds}. */
  void beginTurn(BooleanSupplier holds) {
    turn = new Turn(holds);
    begin();
    LockSupport.unpark(thread);
  }

  private void begin() {
    if (begun.compareAndSet(false, true)) thread.start();
  }

  /**
   * Writes it, where that was not just done; throws where it cannot be. Nothing where it is not
   * this process's turn, whose starts come to nothing either.
   */
  void now() {
    begin();
    write(turn);
  }

  private synchronized void write(Turn mine) {
    if (System.nanoTime() - mine.doneNanos < BETWEEN.toNanos()) return;
    var policy = Policies.of(cluster.namespace(), reach.get());
    if (!mine.holds.getAsBoolean()) return;
    cluster.apply(policy);
    mine.doneNanos = System.nanoTime();
  }

  private void keep() {
    while (!Thread.interrupted()) { // which is: until it is closed
      told = attempt();
      LockSupport.parkNanos(BETWEEN.toNanos());
    }
  }

  /** What is wrong, which is told once. */
  private Optional<String> attempt() {
    try {
      write(turn);
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
