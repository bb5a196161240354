package dev.berth.control.reconcile;

import dev.berth.control.workspace.Retention;
import dev.berth.control.workspace.Workspace;
import dev.berth.control.workspace.Workspace.Outcome;
import dev.berth.control.workspace.Workspace.State;
import dev.berth.protocol.Intent;
import dev.berth.protocol.Phase;
import dev.berth.protocol.StartStep;
import dev.berth.protocol.inside.InstanceStatus;
import dev.berth.protocol.inside.InstanceStatus.TaskState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Decides what to do for a workspace and what to say of it; touches nothing. */
final class Planner {
  /** From its making to the end of its tasks (gitpod-classic 2.3). */
  private static final Duration HEADLESS_LONGEST = Duration.ofHours(1);

  /** From then on an instance has not crashed, if it ends, but something befell it. */
  private static final Duration STEADY = Duration.ofMinutes(10);

  /** What is to be done. */
  sealed interface Action {
    record Nothing() implements Action {}

    /** Set a new instance on its way. */
    record Start() implements Action {}

    /** Ask the instance to end, and kill it once {@code killAfter} is past. */
    record Stop(Instant killAfter) implements Action {}

    /** Remove the instance and all files. */
    record Delete() implements Action {}
  }

  /**
   * A decision.
   *
   * @param state what is to be saved, before the action; the same as before where nothing changes
   */
  record Decision(State state, Action action) {}

  private final StopPolicy policy;

  /** Empty where nothing goes by itself. */
  private final Optional<Retention> retention;

  private final boolean stopsIdle;

  Planner(StopPolicy policy, Retention retention) {
    this(policy, Optional.of(retention), true);
  }

  private Planner(StopPolicy policy, Optional<Retention> retention, boolean stopsIdle) {
    this.policy = policy;
    this.retention = retention;
    this.stopsIdle = stopsIdle;
  }

  /** One that lets nothing go because its time is over. */
  static Planner keeping(StopPolicy policy) {
    return new Planner(policy, Optional.empty(), true);
  }

  /** The same before it is known who works: it stops nothing as idle, either. */
  static Planner waiting(StopPolicy policy) {
    return new Planner(policy, Optional.empty(), false);
  }

  Decision next(Workspace workspace, Seen seen, Instant now) {
    var state = workspace.state();
    return switch (state.intent()) {
      case Intent.Run _ -> run(workspace, state, seen, now);
      case Intent.Stop(var why) ->
          retention
              .filter(limits -> isUnused(limits, workspace, seen, now))
              .map(limits -> discard(limits, state, now))
              .orElseGet(() -> stop(state, why, seen, now));
      case Intent.Discard discard ->
          retention.filter(limits -> !now.isBefore(limits.until(discard))).isPresent()
              ? delete(state.wanting(new Intent.Delete()), now)
              : stop(state, "It was deleted.", seen, now);
      case Intent.Delete _ -> delete(state, now);
    };
  }

  private static boolean isUnused(Retention limits, Workspace workspace, Seen seen, Instant now) {
    return seen instanceof Seen.Absent
        && limits.unusedAt(workspace).filter(now::isAfter).isPresent();
  }

  private static Decision discard(Retention limits, State state, Instant now) {
    var why = "Nobody used it for %s.".formatted(words(limits.unused()));
    return nothing(state.wanting(new Intent.Discard(now, why)));
  }

  private static Decision delete(State state, Instant now) {
    return new Decision(stopping(state, "It is being deleted.", now), new Action.Delete());
  }

  private Decision run(Workspace workspace, State state, Seen seen, Instant now) {
    if (workspace.plan().headless() && isLate(workspace, now)) {
      return give(
          state,
          "The prebuild took longer than %s.".formatted(words(HEADLESS_LONGEST)),
          "See its log for the task that does not end.",
          now);
    }
    // An instance that was asked to end must end first: what it saves is what the next one finds.
    if (!(seen instanceof Seen.Absent)) {
      if (state.phase() instanceof Phase.Stopping) return ending(state);
      if (state.phase() instanceof Phase.Failed(var since, var what, _)) {
        return ending(phase(state, new Phase.Stopping(since, what)));
      }
    }
    return switch (seen) {
      case Seen.Absent _ ->
          new Decision(starting(absent(state), List.of(), now), new Action.Start());
      case Seen.OnItsWay(_, var steps) -> onItsWay(state, steps, now);
      case Seen.Ready ready ->
          workspace.plan().headless()
              ? headless(state, ready, now)
              : ready(workspace, state, ready, now);
      case Seen.Silent(_, var last) ->
          workspace.plan().headless() ? nothing(state) : silent(workspace, state, seen, last, now);
      case Seen.Broken(_, var what, var remedy) -> give(state, what, remedy, now);
      case Seen.Exited(_, var why) ->
          workspace.plan().headless()
              ? give(state, "Its instance ended before its tasks: " + why, "See its log.", now)
              : exited(state, why, now);
    };
  }

  /** Who takes an instance away without a trace does not let it crash. */
  private static State absent(State state) {
    return state.phase() instanceof Phase.Running
        ? state.renewed("It was not there any more.")
        : state;
  }

  private static boolean isLate(Workspace workspace, Instant now) {
    return now.isAfter(workspace.createdAt().plus(HEADLESS_LONGEST));
  }

  /** A prebuild ends when all of its tasks have. */
  private Decision headless(State state, Seen.Ready ready, Instant now) {
    var tasks = ready.status().tasks();
    if (tasks.isEmpty() || tasks.stream().anyMatch(TaskState::running)) {
      return nothing(running(state, ready, now));
    }
    var failure =
        tasks.stream()
            .filter(task -> task.exitCode().filter(code -> code != 0).isPresent())
            .findFirst()
            .map(task ->
                "%s ended with exit code %d."
                    .formatted(task.name(), task.exitCode().orElseThrow()));
    var outcome = failure.map(why -> new Outcome(failure, Optional.empty())).orElse(Outcome.WELL);
    return retire(state.with(outcome), failure.orElse("All of its tasks have ended."), ready, now);
  }

  private static State running(State state, Seen.Ready ready, Instant now) {
    var since =
        state.phase() instanceof Phase.Running(var at, var old) && old.equals(ready.endpoint())
            ? at
            : now;
    return state.in(new Phase.Running(since, ready.endpoint()), ready.steps());
  }

  private Decision onItsWay(State state, List<StartStep> steps, Instant now) {
    var quiet = steps.isEmpty() ? now : lastWord(steps);
    boolean booting = !steps.isEmpty() && steps.stream().allMatch(s -> s.ended().isPresent());
    if (booting && Duration.between(quiet, now).compareTo(policy.silence()) > 0) {
      return give(
          state,
          "The workspace's first process runs, but did not answer for %d s."
              .formatted(policy.silence().toSeconds()),
          "Look at `berth logs`; a machine without free memory is the usual cause.",
          now);
    }
    return nothing(starting(state, steps, now));
  }

  private static Instant lastWord(List<StartStep> steps) {
    return steps.stream()
        .flatMap(step -> Stream.of(step.began(), step.ended().orElse(step.began())))
        .max(Instant::compareTo)
        .orElseThrow();
  }

  private Decision ready(Workspace workspace, State state, Seen.Ready ready, Instant now) {
    var running = running(state, ready, now);
    var idle = idle(workspace, running.phase().since(), Optional.of(ready.status()), now);
    return idle.map(why -> retire(state, why, ready, now)).orElseGet(() -> nothing(running));
  }

  /** It may be busy for a moment; one that never answers again is stopped when nobody uses it. */
  private Decision silent(
      Workspace workspace, State state, Seen seen, Optional<InstanceStatus> last, Instant now) {
    return idle(workspace, state.phase().since(), last, now)
        .map(why -> retire(state, why, seen, now))
        .orElseGet(() -> nothing(state));
  }

  /** Why it is to be stopped, where nobody used it for too long. */
  private Optional<String> idle(
      Workspace workspace, Instant since, Optional<InstanceStatus> status, Instant now) {
    var lastUse =
        Stream.of(
                Optional.of(since),
                Optional.of(workspace.lastActiveAt()),
                status.flatMap(InstanceStatus::lastInput),
                status.flatMap(InstanceStatus::lastOutput))
            .flatMap(Optional::stream)
            .max(Instant::compareTo)
            .orElseThrow();
    var longest = workspace.state().choices().idle().orElse(policy.idle());
    boolean used = Duration.between(lastUse, now).compareTo(longest) <= 0;
    return used || !stopsIdle || !longest.isPositive()
        ? Optional.empty()
        : Optional.of(
            "Nobody used it for %s: no request, no keystroke, no output."
                .formatted(words(longest)));
  }

  private Decision retire(State state, String why, Seen seen, Instant now) {
    return stop(state.wanting(new Intent.Stop(why)), why, seen, now);
  }

  /** An instance ended that should run: made anew, unless that happened too often. */
  private Decision exited(State state, String why, Instant now) {
    int before = ranLong(state, now) ? 0 : state.crashes();
    if (before >= policy.crashes()) {
      return give(
          state,
          "Its instance ended by itself %d times; the last time: %s".formatted(before + 1, why),
          "Look at `berth logs`, then start it again.",
          now);
    }
    var counted = state.in(new Phase.Starting(now, List.of()), List.of()).crashed(before + 1, why);
    return new Decision(counted, new Action.Start());
  }

  /** One that ran so long does not end at each start: its node was lost, drained, out of memory. */
  private static boolean ranLong(State state, Instant now) {
    return state.phase() instanceof Phase.Running(var since, _) && now.isAfter(since.plus(STEADY));
  }

  /** It cannot run: its owner is told, and it is not tried again until he asks. */
  private Decision give(State state, String what, String remedy, Instant now) {
    var given = state.wanting(new Intent.Stop(what)).in(new Phase.Failed(now, what, remedy));
    return new Decision(given, new Action.Stop(now.plus(policy.grace())));
  }

  private Decision stop(State state, String why, Seen seen, Instant now) {
    if (seen instanceof Seen.Absent) {
      return nothing(
          switch (state.phase()) {
            case Phase.Stopped _, Phase.Failed _ -> state;
            case Phase.Pending _, Phase.Starting _, Phase.Running _ ->
                phase(state, new Phase.Stopped(now, why));
            case Phase.Stopping(_, var said) -> phase(state, new Phase.Stopped(now, said));
          });
    }
    return ending(state.phase() instanceof Phase.Failed ? state : stopping(state, why, now));
  }

  /** Asks it to end; killed when the grace is over since it was asked first. */
  private Decision ending(State state) {
    return new Decision(state, new Action.Stop(state.phase().since().plus(policy.grace())));
  }

  private static State stopping(State state, String why, Instant now) {
    return state.phase() instanceof Phase.Stopping
        ? state
        : phase(state, new Phase.Stopping(now, why));
  }

  private static State starting(State state, List<StartStep> steps, Instant now) {
    var since = state.phase() instanceof Phase.Starting(var at, _) ? at : now;
    return state.in(new Phase.Starting(since, steps), steps);
  }

  private static State phase(State state, Phase phase) {
    return state.in(phase);
  }

  private static Decision nothing(State state) {
    return new Decision(state, new Action.Nothing());
  }

  /** In the largest unit that tells all of it; below two hours in minutes, as people do. */
  private static String words(Duration time) {
    long seconds = time.toSeconds();
    if (seconds == 0 || seconds % 60 != 0) return seconds + " s";
    if (seconds % 3600 != 0 || time.toHours() < 2) return time.toMinutes() + " min";
    if (seconds % 86400 != 0) return time.toHours() + " hours";
    return time.toDays() == 1 ? "1 day" : time.toDays() + " days";
  }
}
