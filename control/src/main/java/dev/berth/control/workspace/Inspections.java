package dev.berth.control.workspace;

import dev.berth.base.Problem;
import dev.berth.control.account.Settings;
import dev.berth.protocol.Intent;
import dev.berth.protocol.UserId;
import dev.berth.protocol.WorkspaceId;
import dev.berth.protocol.api.CheckView;
import dev.berth.protocol.api.DrillView;
import dev.berth.runtime.Proofs;
import dev.berth.runtime.Saves;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks and drills that owners ask for, on threads of their own: each has one of a kind at a time,
 * and what came of the last of each is kept. Any thread may call.
 */
public final class Inspections implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Inspections.class);

  /** A few tell as much as all, and are done while somebody waits. */
  private static final int SAMPLE = 3;

  private final Workspaces workspaces;
  private final Saves saves;
  private final Settings settings;
  private final Clock clock;
  private final Map<UserId, Checking> checks = new HashMap<>();
  private final Map<UserId, DrillView.Running> drills = new HashMap<>();
  private final List<Thread> threads = new ArrayList<>();

  private record Checking(CheckView.Running view, boolean bucket) {}

  public Inspections(Workspaces workspaces, Saves saves, Settings settings, Clock clock) {
    this.workspaces = workspaces;
    this.saves = saves;
    this.settings = settings;
    this.clock = clock;
  }

  /** The last check; empty where none was ever asked for. */
  public synchronized Optional<CheckView> check(UserId owner) {
    var running = Optional.ofNullable(checks.get(owner)).<CheckView>map(Checking::view);
    return running.or(() -> settings.lastCheck(owner));
  }

  /**
   * Begins one where none goes on that reads as much.
   *
   * @param bucket whether the copies in the object store are read, too
   */
  public synchronized CheckView beginCheck(UserId owner, boolean bucket) {
    var goesOn = checks.get(owner);
    if (goesOn != null && bucket && !goesOn.bucket) {
      throw new Problem.Conflict(
          "A check goes on that does not read the copies in the object store.",
          "Ask for this one when it has ended.");
    }
    if (goesOn != null) return goesOn.view;
    var proofs = saves.proofs();
    var running = new CheckView.Running(clock.instant());
    checks.put(owner, new Checking(running, bucket));
    begin(
        "check",
        () -> {
          var ended = checked(owner, bucket, proofs, running.began());
          synchronized (this) {
            keep(() -> settings.keep(owner, ended));
            checks.remove(owner);
          }
        });
    return running;
  }

  private CheckView checked(UserId owner, boolean bucket, Proofs proofs, Instant began) {
    try {
      var health = proofs.check(owner, bucket);
      return new CheckView.Done(
          began,
          clock.instant(),
          health.packs(),
          health.points(),
          views(health.damages()),
          health.more(),
          views(health.healed()));
    } catch (RuntimeException | InterruptedException | Error e) {
      var why = problem(e);
      return new CheckView.Failed(began, clock.instant(), why.what(), why.remedy());
    }
  }

  private static List<CheckView.Damage> views(List<Proofs.Damage> damages) {
    return damages.stream().map(one -> new CheckView.Damage(one.where(), one.what())).toList();
  }

  /** The last drill; empty where none was ever asked for. */
  public synchronized Optional<DrillView> drill(UserId owner) {
    var running = Optional.<DrillView>ofNullable(drills.get(owner));
    return running.or(() -> settings.lastDrill(owner));
  }

  /**
   * Begins one where none goes on.
   *
   * @param only of this workspace; of a few, by chance, where empty
   */
  public synchronized DrillView beginDrill(UserId owner, Optional<WorkspaceId> only) {
    var goesOn = drills.get(owner);
    if (goesOn != null) return goesOn;
    var proofs = saves.proofs();
    only.ifPresent(id -> workspaces.find(owner, id));
    var running = new DrillView.Running(clock.instant());
    drills.put(owner, running);
    begin(
        "drill",
        () -> {
          var ended = drilled(owner, only, proofs, running.began());
          synchronized (this) {
            keep(() -> settings.keep(owner, ended));
            drills.remove(owner);
          }
        });
    return running;
  }

  private DrillView drilled(
      UserId owner, Optional<WorkspaceId> only, Proofs proofs, Instant began) {
    try {
      var restored = new ArrayList<DrillView.Restored>();
      for (var id : only.isPresent() ? List.of(only.get()) : sample(owner)) {
        restored.add(view(id, proofs.drill(id, owner)));
      }
      return new DrillView.Done(began, clock.instant(), restored);
    } catch (RuntimeException | InterruptedException | Error e) {
      var why = problem(e);
      return new DrillView.Failed(began, clock.instant(), why.what(), why.remedy());
    }
  }

  /** Of those that have something saved. */
  private List<WorkspaceId> sample(UserId owner) throws InterruptedException {
    var all = new ArrayList<>(workspaces.of(owner));
    all.removeIf(one -> one.intent() instanceof Intent.Delete);
    Collections.shuffle(all);
    var sample = new ArrayList<WorkspaceId>();
    for (var one : all) {
      if (sample.size() == SAMPLE) break;
      if (saves.newest(one.id(), owner, Optional.empty()).isPresent()) sample.add(one.id());
    }
    if (sample.isEmpty()) {
      throw new Problem.Missing(
          "No workspace has anything saved yet.", "Open one, and try it again when it runs.");
    }
    return sample;
  }

  private static DrillView.Restored view(WorkspaceId id, Proofs.Drill drill) {
    return new DrillView.Restored(
        id,
        drill.point(),
        drill.at(),
        drill.recoveryPoint().toMillis(),
        drill.recoveryTime().toMillis(),
        drill.files(),
        drill.bytes(),
        drill.differences(),
        drill.more());
  }

  /** That the server ended tells less than what was kept before. */
  private static void keep(Runnable what) {
    if (Thread.currentThread().isInterrupted()) return;
    try {
      what.run();
    } catch (RuntimeException e) {
      LOG.error("what came of it is not kept", e);
    }
  }

  private static Problem problem(Throwable e) {
    if (e instanceof Problem problem) {
      LOG.warn("what was saved is not proven: {}", problem.words(), problem);
      return problem;
    }
    if (e instanceof InterruptedException) {
      Thread.currentThread().interrupt();
      return new Problem.Unavailable("The server ended.", "Try it again.");
    }
    LOG.error("what was saved is not proven", e);
    return new Problem.Unavailable(
        "It ended with a bug of Berth's.", "The server's log says more; please report it.");
  }

  private void begin(String name, Runnable work) {
    threads.removeIf(thread -> !thread.isAlive());
    threads.add(Thread.ofPlatform().name(name).daemon().start(work));
  }

  @Override
  public synchronized void close() {
    threads.forEach(Thread::interrupt);
  }
}
