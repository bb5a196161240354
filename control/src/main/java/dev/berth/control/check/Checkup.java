package dev.berth.control.check;

import dev.berth.protocol.check.CheckRun;
import dev.berth.protocol.check.ChecksView;
import dev.berth.protocol.check.Result;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The checks that control makes: one run at a time, and what came of the last is kept in memory, as
 * the control that leads next makes its own. Any thread may call.
 */
public final class Checkup implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Checkup.class);

  /**
   * When runs are made.
   *
   * @param first after the beginning, until gateways have found this control
   * @param every one that nobody asked for
   * @param rests between the end of one and the next; who asks meanwhile has what it found
   * @param longest for a hop, of which no more is known then: longer than a bucket is tried for
   */
  public record Times(Duration first, Duration every, Duration rests, Duration longest) {
    /** A run costs some questions to each hop. */
    public static final Times DEFAULT =
        new Times(
            Duration.ofSeconds(8),
            Duration.ofMinutes(10),
            Duration.ofSeconds(3),
            Duration.ofSeconds(90));
  }

  private final Surroundings surroundings;
  private final List<Hop> hops;
  private final String version;
  private final Times times;
  private final Clock clock;
  private final Thread thread = Thread.ofPlatform().name("checks").daemon().unstarted(this::work);

  /** Guarded by this, as the next. */
  private Optional<Instant> running = Optional.empty();

  private Optional<CheckRun> last = Optional.empty();

  private Checkup(
      Surroundings surroundings, List<Hop> hops, String version, Times times, Clock clock) {
    this.surroundings = surroundings;
    this.hops = hops;
    this.version = version;
    this.times = times;
    this.clock = clock;
  }

  /**
   * Begins to check.
   *
   * @param version of this program
   */
  public static Checkup open(
      Surroundings surroundings, Gateways gateways, String version, Times times, Clock clock) {
    var own = new Hop("B901", "gateways", () -> gateways.prove(version));
    var hops = Stream.concat(surroundings.hops().stream(), Stream.of(own)).toList();
    var checkup = new Checkup(surroundings, hops, version, times, clock);
    checkup.thread.start();
    return checkup;
  }

  /** What is known now. */
  public ChecksView view() {
    var recorded = surroundings.recorded().get();
    synchronized (this) {
      return new ChecksView(running, last, recorded);
    }
  }

  /** Begins a run, where none goes on or has just ended. */
  public ChecksView begin() {
    synchronized (this) {
      if (running.isEmpty() && !hasJustEnded()) {
        running = Optional.of(clock.instant());
        notifyAll();
      }
    }
    return view();
  }

  private boolean hasJustEnded() {
    return last.filter(run -> run.ended().plus(times.rests()).isAfter(clock.instant())).isPresent();
  }

  private void work() {
    try {
      var wait = times.first();
      while (true) {
        var began = awaitTurn(wait);
        var results = run();
        ended(new CheckRun(surroundings.self(), version, began, clock.instant(), results));
        wait = times.every();
      }
    } catch (InterruptedException _) {
      // It is closed.
    }
  }

  /** Until somebody asks, or for so long. */
  private synchronized Instant awaitTurn(Duration longest) throws InterruptedException {
    long until = System.nanoTime() + longest.toNanos();
    while (running.isEmpty()) {
      long left = until - System.nanoTime();
      if (left <= 0) running = Optional.of(clock.instant());
      else TimeUnit.NANOSECONDS.timedWait(this, left);
    }
    return running.get();
  }

  private synchronized void ended(CheckRun run) {
    last = Optional.of(run);
    running = Optional.empty();
  }

  /** All at once: one that hangs keeps none of the others waiting. */
  private List<Result> run() throws InterruptedException {
    // Threads of the platform: some of what is tried makes namespaces, which belong to threads.
    var threads =
        Executors.newThreadPerTaskExecutor(
            Thread.ofPlatform().name("check-", 0).daemon().factory());
    try {
      var tasks = hops.stream().map(hop -> (Callable<List<Result>>) hop::prove).toList();
      var futures = threads.invokeAll(tasks, times.longest().toMillis(), TimeUnit.MILLISECONDS);
      var results = new ArrayList<Result>();
      for (int i = 0; i < hops.size(); i++) results.addAll(result(hops.get(i), futures.get(i)));
      return results;
    } finally {
      threads.shutdownNow();
    }
  }

  private List<Result> result(Hop hop, Future<List<Result>> future) throws InterruptedException {
    if (future.isCancelled()) {
      return List.of(
          Result.bad(
              hop.code(),
              hop.name(),
              "It has not answered for %d s.".formatted(times.longest().toSeconds()),
              "What hangs is of no use to workspaces, either.",
              "See that it runs, and that nothing on the way to it drops packets without a word."));
    }
    try {
      return future.get();
    } catch (ExecutionException e) {
      LOG.error("the check of {} has a bug", hop.name(), e.getCause());
      return List.of(
          Result.bad(
              hop.code(),
              hop.name(),
              "The check ended with a bug of Berth's: %s.".formatted(e.getCause()),
              "So nothing is known of it.",
              "Control's log says more; please report it."));
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
