package dev.berth.control.reconcile;

import dev.berth.control.workspace.Workspace;
import dev.berth.control.workspace.Workspace.State;
import dev.berth.protocol.Intent;
import dev.berth.protocol.Phase;
import dev.berth.protocol.StartStep;
import dev.berth.protocol.inside.InstanceStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Decides what to do for a workspace and what to say of it; touches nothing. */
final class Planner {
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

  Planner(StopPolicy policy) {
    this.policy = policy;
  }

  Decision next(Workspace workspace, Seen seen, Instant now) {
    var state = workspace.state();
    return switch (state.intent()) {
      case Intent.Run _ -> run(workspace, state, seen, now);
      case Intent.Stop(var why) -> stop(state, why, seen, now);
      case Intent.Delete _ ->
          new Decision(stopping(state, "It is being deleted.", now), new Action.Delete());
    };
  }

  private Decision run(Workspace workspace, State state, Seen seen, Instant now) {
    // An instance that was asked to end must end first: what it saves is what the next one finds.
    if (!(seen instanceof Seen.Absent)) {
      if (state.phase() instanceof Phase.Stopping) return ending(state);
      if (state.phase() instanceof Phase.Failed(var since, var what, _)) {
        return ending(phase(state, new Phase.Stopping(since, what)));
      }
    }
    return switch (seen) {
      case Seen.Absent _ -> new Decision(starting(state, List.of(), now), new Action.Start());
      case Seen.OnItsWay(_, var steps) -> onItsWay(state, steps, now);
      case Seen.Ready ready -> ready(workspace, state, ready, now);
      case Seen.Silent(_, var last) -> silent(workspace, state, seen, last, now);
      case Seen.Broken(_, var what, var remedy) -> give(state, what, remedy, now);
      case Seen.Exited(_, var why) -> exited(state, why, now);
    };
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
    var since =
        state.phase() instanceof Phase.Running(var at, var old) && old.equals(ready.endpoint())
            ? at
            : now;
    var idle = idle(workspace, since, Optional.of(ready.status()), now);
    if (idle.isPresent()) return retire(state, idle.get(), ready, now);
    return nothing(
        new State(
            state.intent(),
            new Phase.Running(since, ready.endpoint()),
            state.crashes(),
            ready.steps(),
            state.choices()));
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
    return used || !longest.isPositive()
        ? Optional.empty()
        : Optional.of(
            "Nobody used it for %s: no request, no keystroke, no output."
                .formatted(words(longest)));
  }

  private Decision retire(State state, String why, Seen seen, Instant now) {
    var unwanted =
        new State(
            new Intent.Stop(why), state.phase(), state.crashes(), state.steps(), state.choices());
    return stop(unwanted, why, seen, now);
  }

  /** An instance ended that should run: made anew, unless that happened too often. */
  private Decision exited(State state, String why, Instant now) {
    if (state.crashes() >= policy.crashes()) {
      return give(
          state,
          "Its instance ended by itself %d times; the last time: %s"
              .formatted(state.crashes() + 1, why),
          "Look at `berth logs`, then start it again.",
          now);
    }
    var counted =
        new State(
            state.intent(),
            new Phase.Starting(now, List.of()),
            state.crashes() + 1,
            List.of(),
            state.choices());
    return new Decision(counted, new Action.Start());
  }

  /** It cannot run: its owner is told, and it is not tried again until he asks. */
  private Decision give(State state, String what, String remedy, Instant now) {
    var given =
        new State(
            new Intent.Stop(what),
            new Phase.Failed(now, what, remedy),
            state.crashes(),
            state.steps(),
            state.choices());
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
    return new State(
        state.intent(), new Phase.Starting(since, steps), state.crashes(), steps, state.choices());
  }

  private static State phase(State state, Phase phase) {
    return new State(state.intent(), phase, state.crashes(), state.steps(), state.choices());
  }

  private static Decision nothing(State state) {
    return new Decision(state, new Action.Nothing());
  }

  private static String words(Duration time) {
    return time.toSeconds() % 60 == 0 && time.toMinutes() > 0
        ? time.toMinutes() + " min"
        : time.toSeconds() + " s";
  }
}
