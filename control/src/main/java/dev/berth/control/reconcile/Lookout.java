package dev.berth.control.reconcile;

import dev.berth.control.errand.ErrandDesk;
import dev.berth.control.workspace.Changes;
import dev.berth.control.workspace.LastSeen;
import dev.berth.control.workspace.Workspace;
import dev.berth.protocol.InstanceId;
import dev.berth.protocol.Intent;
import dev.berth.protocol.Phase;
import dev.berth.protocol.StartStep;
import dev.berth.protocol.WorkspaceId;
import dev.berth.protocol.inside.InstanceStatus;
import dev.berth.protocol.inside.InstanceStatus.ContentState;
import dev.berth.runtime.Driver;
import dev.berth.runtime.Observation;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * Sees how a workspace stands: what its driver observes, and what its supervisor says. Who is seen
 * alive is attended to from then on. Any thread may look.
 */
public final class Lookout implements AutoCloseable {
  private final Driver driver;
  private final Specs specs;
  private final LastSeen lastSeen;
  private final Changes changes;
  private final Clock clock;
  private final Supervisors supervisors = new Supervisors();
  private final Attendance attendance;

  /**
   * @param specs know the instances' tokens
   * @param lastSeen gets what supervisors say, of which {@code changes} tells
   * @param desk answers what instances ask
   */
  public Lookout(
      Driver driver,
      Specs specs,
      LastSeen lastSeen,
      Changes changes,
      BiFunction<WorkspaceId, String, ErrandDesk.Answer> desk,
      Clock clock) {
    this.driver = driver;
    this.specs = specs;
    this.lastSeen = lastSeen;
    this.changes = changes;
    this.attendance = new Attendance(supervisors, desk);
    this.clock = clock;
  }

  /** How it stands now; waits for a supervisor that is slow. */
  Seen see(Workspace workspace) throws InterruptedException {
    var observed = driver.observe(workspace.id());
    if (!(observed instanceof Observation.Alive)) {
      lastSeen.forget(workspace.id());
      attendance.forget(workspace.id());
    }
    return switch (observed) {
      case Observation.Absent _ -> new Seen.Absent();
      case Observation.Preparing(var instance, var steps) -> new Seen.OnItsWay(instance, steps);
      case Observation.Alive alive ->
          switch (workspace.intent()) {
            case Intent.Run _ -> ask(workspace, alive);
            // It ends whatever it says of itself.
            case Intent.Stop _, Intent.Discard _, Intent.Delete _ -> silent(workspace.id(), alive);
          };
      case Observation.Exited(var instance, var why) -> new Seen.Exited(instance, why);
      case Observation.Failed(var instance, var what, var remedy) ->
          new Seen.Broken(instance, what, remedy);
    };
  }

  private Seen ask(Workspace workspace, Observation.Alive alive) throws InterruptedException {
    var token = specs.token(alive.instance());
    var answer = supervisors.status(alive.supervisor(), token, Instant.now(clock));
    if (answer.isEmpty()) {
      boolean wasReady =
          workspace.phase() instanceof Phase.Running(_, var endpoint)
              && endpoint.equals(alive.supervisor());
      return wasReady
          ? silent(workspace.id(), alive)
          : new Seen.OnItsWay(alive.instance(), alive.steps());
    }
    var status = answer.get();
    note(workspace.id(), alive.instance(), status);
    attendance.attend(workspace.id(), alive.instance(), alive.supervisor(), token);
    var steps = new ArrayList<StartStep>(alive.steps());
    steps.addAll(status.steps());
    return switch (status.content()) {
      case ContentState.Preparing _ -> new Seen.OnItsWay(alive.instance(), open(steps));
      case ContentState.Ready _ ->
          new Seen.Ready(alive.instance(), alive.supervisor(), List.copyOf(steps), status);
      case ContentState.Failed(var what, var remedy) ->
          new Seen.Broken(alive.instance(), what, remedy);
    };
  }

  private Seen silent(WorkspaceId id, Observation.Alive alive) {
    return new Seen.Silent(alive.instance(), lastSeen.of(id).map(LastSeen.Sight::status));
  }

  /** A supervisor that answers is at work, even between two of its steps. */
  private List<StartStep> open(List<StartStep> steps) {
    if (steps.stream().anyMatch(step -> step.ended().isEmpty())) return List.copyOf(steps);
    var more = new ArrayList<>(steps);
    var since = steps.isEmpty() ? Instant.now(clock) : steps.getLast().began();
    more.add(new StartStep("content", since, Optional.empty(), ""));
    return List.copyOf(more);
  }

  private void note(WorkspaceId id, InstanceId instance, InstanceStatus status) {
    if (lastSeen.note(id, new LastSeen.Sight(instance, status))) changes.changed(id);
  }

  /** Forgets what a workspace that is gone said last. */
  void forget(WorkspaceId id) {
    lastSeen.forget(id);
  }

  /** Ends what stands open to supervisors. */
  @Override
  public void close() {
    attendance.close();
    supervisors.close();
  }
}
