package dev.berth.control.lead;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that of all controls over one database one leads: takes the lease where nobody has it,
 * renews it, and lets go in time where it cannot. A lease ends here before it ends in the database,
 * since its time is counted from before it was asked for.
 *
 * <p>Three threads: one asks the database, one watches the time while that may hang, and one opens
 * and closes what leading takes.
 */
public final class Leadership implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Leadership.class);

  /** Of leases, in which a thread that lives has asked: a hanging database takes some seconds. */
  private static final int SILENT_LEASES = 3;

  /**
   * How long things take.
   *
   * @param length of the lease
   * @param renewal after which it is renewed
   * @param margin before its end when it is let go of: what closing may take
   * @param poll how often one that stands by asks for it, and a renewal that failed is tried again
   */
  public record Times(Duration length, Duration renewal, Duration margin, Duration poll) {
    /** Two renewals may fail; a control that is killed is followed within 10 s. */
    public static final Times DEFAULT =
        new Times(
            Duration.ofSeconds(10),
            Duration.ofSeconds(3),
            Duration.ofSeconds(2),
            Duration.ofMillis(500));
  }

  /** What the one that leads does. */
  public interface Duty {
    /** Begins it; closed when this control leads no more, which may be before this returns. */
    AutoCloseable begin(Fence fence) throws Exception;
  }

  /** One time of leading, from taking the lease to having closed all. */
  private final class Term implements Fence {
    private final Thread thread =
        Thread.ofPlatform().name("lead").daemon().unstarted(() -> serve(this));
    private volatile long untilNanos;
    private volatile boolean ended;
    private boolean open;

    /** Nothing of it goes on any more; only the lease may still be on its way back. */
    private boolean over;

    Term(long untilNanos) {
      this.untilNanos = untilNanos;
    }

    @Override
    public boolean holds() {
      return !ended && System.nanoTime() - untilNanos < 0;
    }
  }

  private final LeaseStore store;
  private final LeaseStore.Holder self;
  private final Times times;
  private final Runnable tooLate;
  private final Thread asking = Thread.ofPlatform().name("lease").daemon().unstarted(this::ask);
  private final Thread watching =
      Thread.ofPlatform().name("lease-watch").daemon().unstarted(this::watch);

  /** Set before the threads begin. */
  private Duty duty = _ -> () -> {};

  /** Guarded by this, as the next. */
  private @Nullable Term term;

  private Standing.@Nullable Lost trouble;
  private Optional<LeaseStore.Holder> leader = Optional.empty();
  private boolean closed;

  /** When the thread that asks came by last. */
  private long cameByNanos = System.nanoTime();

  /** One that cannot lead leaves it to the others for this long. */
  private long restsUntilNanos = System.nanoTime();

  /**
   * One that does not ask yet.
   *
   * @param self a name that no other process has, and where this one's API answers
   * @param tooLate is called where the lease ended before all was closed, or where nobody would see
   *     to its end: it must end the process
   */
  public Leadership(LeaseStore store, LeaseStore.Holder self, Times times, Runnable tooLate) {
    this.store = store;
    this.self = self;
    this.times = times;
    this.tooLate = tooLate;
  }

  /** Begins to ask for the lease, and does {@code duty} while it has it. */
  public void run(Duty duty) {
    this.duty = duty;
    comesBy();
    asking.start();
    watching.start();
  }

  /** Where this control stands now. */
  public synchronized Standing standing() {
    if (term != null && !term.ended)
      return term.open ? new Standing.Leads() : new Standing.Begins();
    return trouble != null ? trouble : new Standing.StandsBy(leader);
  }

  /** Whose API answers now, as far as the database told last. */
  public synchronized Optional<LeaseStore.Holder> leader() {
    return term != null && !term.ended ? Optional.of(self) : leader;
  }

  /** Why this process is to be started anew, if so: it would never lead, nor say so. */
  public synchronized Optional<String> stuck() {
    long silent = System.nanoTime() - cameByNanos;
    if (closed || silent <= times.length().toNanos() * SILENT_LEASES) return Optional.empty();
    return Optional.of(
        "The lease was not asked for in the last %d seconds.".formatted(silent / 1_000_000_000));
  }

  private synchronized void comesBy() {
    cameByNanos = System.nanoTime();
  }

  // Asking.

  private void ask() {
    try {
      while (true) {
        comesBy();
        boolean worked = mayAsk() && askOnce();
        pause(worked);
      }
    } catch (InterruptedException _) {
      // It is closed.
    } catch (Throwable e) { // as of one that cannot even be told: nobody asks from now on
      tooLate.run();
      throw e;
    }
  }

  /** What is still being closed must be closed before it is opened again. */
  private synchronized boolean mayAsk() {
    if (term == null) return System.nanoTime() - restsUntilNanos >= 0;
    return !term.ended;
  }

  private boolean askOnce() {
    var before = current();
    long asked = System.nanoTime();
    try {
      boolean taken = store.take(self, times.length());
      var holder = taken ? Optional.of(self) : store.holder();
      answered(before, taken, holder, asked);
      return true;
    } catch (RuntimeException e) {
      failed(e);
      return false;
    } catch (Error e) {
      broken(e);
      return false;
    }
  }

  private synchronized Optional<Term> current() {
    return Optional.ofNullable(term);
  }

  private synchronized void answered(
      Optional<Term> before, boolean taken, Optional<LeaseStore.Holder> holder, long asked) {
    if (trouble != null) LOG.info("the database answers again");
    trouble = null;
    leader = holder;
    if (closed) return;
    if (!taken) {
      if (term != null && !term.ended) {
        LOG.error("the lease is another's: {}", holder.map(LeaseStore.Holder::name).orElse("gone"));
        end(term);
      }
      return;
    }
    if (term != null && term.ended) return; // it ended while this was asked; it is given back
    if (!before.equals(current())) return; // it was given back while this was asked; ask anew
    if (term == null) {
      LOG.info("this control leads now");
      term = new Term(asked + times.length().toNanos());
      term.thread.start();
    }
    term.untilNanos = asked + times.length().toNanos();
    notifyAll();
  }

  /** What a driver says names the database and its user, so it is for the log only. */
  private synchronized void failed(RuntimeException e) {
    var why = "The database does not answer";
    if (trouble == null) {
      LOG.warn("the lease cannot be asked for. {}: {}", why, rootOf(e).getMessage());
    }
    trouble = new Standing.Lost(why + ".");
  }

  /** As without memory: what is done here may be broken, too, so it begins anew. */
  private synchronized void broken(Error e) {
    LOG.error("the lease cannot be asked for, and this control leads no more, if it did", e);
    trouble = new Standing.Lost("This control failed at asking for the lease.");
    if (term != null && !term.ended) end(term);
  }

  private static Throwable rootOf(Throwable failure) {
    var root = failure;
    while (root.getCause() != null) root = root.getCause();
    return root;
  }

  /** What changes meanwhile ends it. */
  private synchronized void pause(boolean worked) throws InterruptedException {
    var before = term;
    boolean leads = before != null && !before.ended;
    var longest = leads && worked ? times.renewal() : times.poll();
    long end = System.nanoTime() + longest.toNanos();
    while (term == before && end - System.nanoTime() > 0) {
      wait((end - System.nanoTime()) / 1_000_000 + 1);
    }
  }

  // Watching.

  private void watch() {
    try {
      while (true) letGo(awaitLate());
    } catch (InterruptedException _) {
      // It is closed.
    } catch (Throwable e) { // nobody would see that a lease is over
      tooLate.run();
      throw e;
    }
  }

  /** Waits for a term that must end since its lease does, or must be over. */
  private synchronized Term awaitLate() throws InterruptedException {
    while (true) {
      if (term == null || term.over) {
        wait();
        continue;
      }
      long spare = term.ended ? 0 : times.margin().toNanos();
      long calm = term.untilNanos - spare - System.nanoTime();
      if (calm <= 0) return term;
      wait(calm / 1_000_000 + 1);
    }
  }

  private synchronized void letGo(Term late) throws InterruptedException {
    if (!late.ended) LOG.error("the lease could not be renewed: this control lets go");
    end(late);
    while (!late.over && late.untilNanos - System.nanoTime() > 0) {
      wait((late.untilNanos - System.nanoTime()) / 1_000_000 + 1);
    }
    if (late.over) return;
    LOG.error("what this control does is not over with its lease: the process ends");
    tooLate.run();
    term = null; // for whoever lives on, as a test does
  }

  // Leading.

  private void end(Term ending) {
    ending.ended = true;
    if (!ending.open) ending.thread.interrupt();
    notifyAll();
  }

  private void serve(Term mine) {
    try (var _ = duty.begin(mine)) {
      awaitEnd(mine);
    } catch (InterruptedException _) {
      LOG.debug("the lease ended while this control began to lead");
    } catch (Exception | Error e) {
      LOG.error("this control cannot lead", e);
      rest();
    } finally {
      over(mine);
    }
  }

  private synchronized void rest() {
    restsUntilNanos = System.nanoTime() + times.length().toNanos();
  }

  private synchronized void awaitEnd(Term mine) throws InterruptedException {
    if (mine.ended) {
      Thread.interrupted(); // closing is not to be hurried by what ended the opening
      return;
    }
    mine.open = true;
    notifyAll();
    while (!mine.ended) wait();
  }

  /**
   * All is closed: now another may lead, at once. A database that hangs does not take the lease
   * back before it is over, which is no reason to end the process.
   */
  private void over(Term mine) {
    synchronized (this) {
      mine.ended = true;
      mine.over = true;
      notifyAll();
    }
    Thread.interrupted(); // it was for what is over
    try {
      store.giveBack(self);
    } catch (RuntimeException | Error e) {
      LOG.debug("the lease is not given back; it ends by itself", e);
    }
    synchronized (this) {
      term = null;
      leader = Optional.empty();
      notifyAll();
    }
  }

  /** Closes what leading took, and gives the lease back. */
  @Override
  public void close() {
    var leading = beginClosing();
    asking.interrupt();
    try {
      if (leading.isPresent()) leading.get().join();
      asking.join(times.length());
      store.giveBack(self); // it may have been taken once more meanwhile
    } catch (RuntimeException | Error e) {
      LOG.debug("the lease is not given back; it ends by itself", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    watching.interrupt(); // until now it sees to it that all is over with the lease
  }

  private synchronized Optional<Thread> beginClosing() {
    closed = true;
    if (term == null) return Optional.empty();
    end(term);
    return Optional.of(term.thread);
  }
}
