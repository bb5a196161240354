package dev.berth.control.reconcile;

import dev.berth.base.Problem;
import dev.berth.control.lead.Fence;
import dev.berth.control.reconcile.Planner.Action;
import dev.berth.control.workspace.Changes;
import dev.berth.control.workspace.Expiry;
import dev.berth.control.workspace.Unbegun;
import dev.berth.control.workspace.Workspace;
import dev.berth.control.workspace.WorkspaceStore;
import dev.berth.protocol.InstanceId;
import dev.berth.protocol.Intent;
import dev.berth.protocol.Phase;
import dev.berth.protocol.WorkspaceId;
import dev.berth.protocol.inside.InstanceStatus.EditorState;
import dev.berth.protocol.inside.LiveDefinition;
import dev.berth.runtime.Driver;
import dev.berth.runtime.Observation;
import dev.berth.runtime.Saves;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at workspaces: sees, lets the planner decide, saves, does. Runs on threads of its own from
 * {@link #run} on; looks at different workspaces do not wait for each other. Closing it closes its
 * lookout.
 */
public final class Reconciler implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Reconciler.class);

  /** Looks at once: each may wait for a supervisor or a slow disk; more would only queue there. */
  private static final int AT_ONCE = 64;

  /**
   * Steps are saved at most this often: a pull counts its megabytes, and an instance may say
   * something new at every look.
   */
  private static final Duration BETWEEN_STEPS = Duration.ofMillis(250);

  /** A look ends within this, but where what it asks is away. */
  private static final Duration LAST_LOOKS = Duration.ofSeconds(5);

  /** The same of one that leads no more, whose lease has two seconds left. */
  private static final Duration LAST_OF_A_LEASE = Duration.ofSeconds(1);

  /** Somebody sits before the page and waits for what is on its way. */
  private static final Duration AWAITED = Duration.ofMillis(25);

  /** An editor answers a second after its instance; one that does not is no longer waited for. */
  private static final Duration EDITOR_AWAITED = Duration.ofSeconds(15);

  /** A fork that was asked for begins within seconds, or somebody deletes it. */
  private static final Duration AWAITED_BY_FORKS = Duration.ofSeconds(2);

  private static final Duration SWEEP = Duration.ofSeconds(30);

  /** It takes lists of all that there is, and nobody waits for it. */
  private static final Duration BETWEEN_FORGETTING = Duration.ofHours(1);

  private static final Duration AFTER_FAILURE = Duration.ofSeconds(2);

  private final WorkspaceStore store;
  private final Driver driver;
  private final Saves saves;
  private final Specs specs;
  private final Lookout lookout;
  private final Keeping keeping;
  private final Unbegun unbegun;
  private final Deadlines deadlines;
  private final Fence fence;
  private final Counts counts;
  private final Wakeups wakeups;
  private final Changes changes;
  private final Clock clock;
  private final Semaphore places = new Semaphore(AT_ONCE);
  private final Map<WorkspaceId, Instant> stepsSaved = new ConcurrentHashMap<>();

  /** What keeps workspaces from being looked at, as it was told last. */
  private final Troubles troubles;

  /** What runs without a row, and when it is killed. */
  private final Map<WorkspaceId, Instant> rowless = new ConcurrentHashMap<>();

  private final List<Thread> threads = new ArrayList<>();
  private final Set<Thread> looks = ConcurrentHashMap.newKeySet();

  /**
   * @param fence stands before what is done to instances and rows
   */
  public Reconciler(
      WorkspaceStore store,
      Driver driver,
      Saves saves,
      Specs specs,
      Lookout lookout,
      Deadlines deadlines,
      Fence fence,
      Counts counts,
      Wakeups wakeups,
      Changes changes,
      Clock clock) {
    this.store = store;
    this.driver = driver;
    this.saves = saves;
    this.specs = specs;
    this.lookout = lookout;
    this.deadlines = deadlines;
    this.fence = fence;
    this.counts = counts;
    this.wakeups = wakeups;
    this.changes = changes;
    this.unbegun = new Unbegun(store);
    this.keeping = new Keeping(store, saves, changes, wakeups, clock);
    this.clock = clock;
    this.troubles = new Troubles(clock, LOG::warn);
  }

  /** Begins to look, at every workspace first; {@link #close} ends it. */
  public void run() {
    threads.add(Thread.ofVirtual().name("sweep").start(this::sweep));
    threads.add(Thread.ofVirtual().name("reconcile").start(this::loop));
  }

  /** Every workspace is looked at now and then, whatever wakes it: no lost wake-up lasts. */
  private void sweep() {
    var forgetsAt = Instant.MIN;
    try {
      var told = "";
      while (true) {
        var pause = AFTER_FAILURE;
        try {
          var all = store.all();
          pause = SWEEP;
          counts.listed(all);
          all.forEach(workspace -> wakeups.wake(workspace.id()));
          if (deadlines.mayLetGo() && fence.holds()) {
            Expiry.prebuilds(all, clock.instant()).forEach(this::expire);
            endWhatHasNoRow();
            if (clock.instant().isAfter(forgetsAt)) {
              forgetWhatHasNoRow();
              forgetsAt = clock.instant().plus(BETWEEN_FORGETTING);
            }
          }
          told = "";
        } catch (Problem problem) {
          var words = problem.words();
          if (!words.equals(told)) LOG.warn("not all workspaces are looked at: {}", words);
          told = words;
        } catch (RuntimeException e) {
          LOG.error("not all workspaces are looked at", e);
        }
        Thread.sleep(pause);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the server is closing
    }
  }

  /**
   * Ends what runs and belongs to no workspace: one that was deleted while its host was away. What
   * there is of its files stays, as the rows may be of an older backup.
   */
  void endWhatHasNoRow() {
    var there = driver.instances(); // before the rows are read: each has its row first
    var rows = rows();
    // Who is not among them may be where nobody answers now, and keeps its time.
    var all = new HashSet<>(rowless.keySet());
    all.addAll(there);
    for (var id : all) {
      if (rows.contains(id)) continue;
      if (!fence.holds()) return; // of another's rows this one knows nothing
      try {
        endWithoutRow(id);
      } catch (Problem.Unavailable e) {
        LOG.debug("{} has no row, and cannot be ended now", id, e);
      }
    }
  }

  private void endWithoutRow(WorkspaceId id) {
    if (driver.observe(id) instanceof Observation.Absent) {
      rowless.remove(id);
      return;
    }
    var killAfter =
        rowless.computeIfAbsent(id, _ -> clock.instant().plus(deadlines.stop().grace()));
    LOG.info("{} runs and is no workspace of this installation's; it is ended", id);
    driver.stop(id, killAfter);
  }

  /** Forgets what hosts keep of workspaces that were deleted while they were away. */
  void forgetWhatHasNoRow() {
    var there = driver.present(); // before the rows are read, as above
    var rows = rows();
    for (var id : there) {
      if (rows.contains(id)) continue;
      if (!fence.holds()) return;
      driver.forget(id);
    }
  }

  private Set<WorkspaceId> rows() {
    return store.all().stream().map(Workspace::id).collect(Collectors.toSet());
  }

  /** Where a look saved its row in between, a later turn comes here again. */
  private void expire(WorkspaceId prebuild) {
    var found = store.find(prebuild);
    if (found.isEmpty() || !store.save(found.get().wanting(new Intent.Delete()))) return;
    LOG.info("the prebuild {} goes: nobody used it for a week", prebuild);
    changes.changed(prebuild);
    wakeups.wake(prebuild);
  }

  private void loop() {
    try {
      while (true) {
        var id = wakeups.take();
        places.acquire();
        var look = Thread.ofVirtual().name("look " + id).unstarted(() -> guarded(id));
        looks.add(look);
        look.start();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void guarded(WorkspaceId id) {
    Optional<Duration> pause = Optional.of(AFTER_FAILURE);
    long began = System.nanoTime();
    try {
      pause = look(id);
      counts.looked(Duration.ofNanos(System.nanoTime() - began));
      troubles.past(id);
    } catch (InterruptedException e) {
      pause = Optional.empty(); // the server is closing
    } catch (RuntimeException e) {
      if (Thread.currentThread().isInterrupted()) pause = Optional.empty();
      else failed(id, e);
    } finally {
      wakeups.done(id, pause);
      looks.remove(Thread.currentThread());
      places.release();
    }
  }

  private void failed(WorkspaceId id, RuntimeException e) {
    counts.lookFailed();
    if (!(e instanceof Problem problem)) {
      LOG.error("the look at {} failed", id, e);
      return;
    }
    troubles.met(id, problem.words());
    LOG.debug("{} was looked at", id, problem);
  }

  /** One look; the pause until the next, or empty where only a wake-up can change anything. */
  Optional<Duration> look(WorkspaceId id) throws InterruptedException {
    var found = store.find(id);
    if (found.isEmpty()) return Optional.empty();
    var workspace = found.get();
    var seen = lookout.see(workspace);
    var now = clock.instant();
    var decision = deadlines.planner().next(workspace, seen, now);
    if (!fence.holds()) return Optional.empty(); // another looks now
    if (!decision.state().equals(workspace.state()) && !tooSoon(workspace, decision, now)) {
      if (!store.save(workspace.with(decision.state()))) return Optional.of(Duration.ZERO);
      counts.changed(workspace, decision.state(), seen, now);
      changes.changed(id);
    }
    save(workspace, seen, decision);
    if (!fence.holds()) return Optional.empty();
    boolean waits = act(workspace, decision.action());
    keeping.begin(id, decision.state());
    return waits ? Optional.of(AWAITED_BY_FORKS) : pause(decision, seen, now);
  }

  /** While an instance is there its files change, and its end is their last change. */
  private void save(Workspace workspace, Seen seen, Planner.Decision decision) {
    if (decision.action() instanceof Action.Delete || workspace.plan().headless()) return;
    if (workspace.id().isTrial()) return; // nobody works in one
    boolean ended =
        seen instanceof Seen.Absent
            && workspace.phase() instanceof Phase.Stopping
            && decision.state().phase() instanceof Phase.Stopped;
    if (ended || seen instanceof Seen.Ready || seen instanceof Seen.Silent) {
      saves.mayHaveChanged(workspace.id(), workspace.owner());
    }
  }

  /** Whether all that is new are steps of the start, and the last ones were just saved. */
  private boolean tooSoon(Workspace workspace, Planner.Decision decision, Instant now) {
    var id = workspace.id();
    boolean steps =
        decision.state().phase() instanceof Phase.Starting
            && workspace.phase() instanceof Phase.Starting
            && decision.action() instanceof Action.Nothing;
    if (!steps) {
      stepsSaved.remove(id);
      return false;
    }
    var last = stepsSaved.get(id);
    if (last != null && now.isBefore(last.plus(BETWEEN_STEPS))) return true;
    stepsSaved.put(id, now);
    return false;
  }

  /** Whether something must happen elsewhere before it can go on. */
  private boolean act(Workspace workspace, Action action) {
    switch (action) {
      case Action.Nothing _ -> {}
      case Action.Start _ -> {
        counts.started(workspace);
        driver.start(specs.of(workspace, InstanceId.create()));
      }
      case Action.Stop(var killAfter) -> driver.stop(workspace.id(), killAfter);
      case Action.Delete _ -> {
        if (driver.delete(workspace.id())) {
          if (!unbegun.of(workspace.id()).isEmpty()) return true; // its points are promised
          saves.forget(workspace.id(), workspace.owner());
          store.remove(workspace.id());
          lookout.forget(workspace.id());
          changes.changed(workspace.id());
        }
      }
    }
    return false;
  }

  private static Optional<Duration> pause(Planner.Decision decision, Seen seen, Instant now) {
    return switch (decision.state().phase()) {
      case Phase.Pending _ -> Optional.of(Duration.ZERO);
      case Phase.Starting _ -> Optional.of(AWAITED);
      case Phase.Running(var since, _) ->
          Optional.of(
              isMoreOnItsWay(seen) && now.isBefore(since.plus(EDITOR_AWAITED))
                  ? AWAITED
                  : Duration.ofSeconds(2));
      case Phase.Stopping _ -> Optional.of(Duration.ofMillis(50));
      case Phase.Stopped _, Phase.Failed _ ->
          decision.action() instanceof Action.Nothing
              ? Optional.empty()
              : Optional.of(Duration.ofMillis(50));
    };
  }

  /** The editor, or what opens ports. */
  private static boolean isMoreOnItsWay(Seen seen) {
    return seen instanceof Seen.Ready(_, _, _, var status)
        && (status.editor().filter(EditorState.Starting.class::isInstance).isPresent()
            || status.definition() instanceof LiveDefinition.NotRead);
  }

  @Override
  public void close() {
    threads.forEach(Thread::interrupt);
    lookout.close();
    try {
      // The store is closed next, and a look in the middle of its work would find it so.
      if (!awaitLooks(fence.holds() ? LAST_LOOKS : LAST_OF_A_LEASE)) endLooks();
      keeping.end(); // after what begins it
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean awaitLooks(Duration longest) throws InterruptedException {
    if (!places.tryAcquire(AT_ONCE, longest.toMillis(), TimeUnit.MILLISECONDS)) return false;
    places.release(AT_ONCE);
    return true;
  }

  /**
   * Those of one that leads no more are broken off, wherever they are: another looks next, and goes
   * on from what was saved.
   */
  private void endLooks() throws InterruptedException {
    if (!fence.holds()) {
      looks.forEach(Thread::interrupt);
      if (awaitLooks(LAST_LOOKS)) return;
    }
    LOG.warn("some looks go on; they are left to it");
  }
}
