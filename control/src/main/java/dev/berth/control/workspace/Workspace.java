package dev.berth.control.workspace;

import dev.berth.definition.Image;
import dev.berth.protocol.Intent;
import dev.berth.protocol.Phase;
import dev.berth.protocol.StartStep;
import dev.berth.protocol.UserId;
import dev.berth.protocol.WorkspaceId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A row of the workspaces.
 *
 * @param plan what it was made from; never changes
 * @param version counts its saves; a save of an older one is refused
 */
public record Workspace(
    WorkspaceId id,
    UserId owner,
    Plan plan,
    State state,
    Instant createdAt,
    Instant lastActiveAt,
    long version) {

  /**
   * What changes.
   *
   * @param crashes how often its instance ended by itself since its owner last asked for it
   * @param steps of the last start
   * @param choices of its owner; rows of the first days have none
   * @param outcome of a prebuild, once its tasks have ended
   * @param renewed why its instance was made anew, where it ended by itself since then
   */
  public record State(
      Intent intent,
      Phase phase,
      int crashes,
      List<StartStep> steps,
      Choices choices,
      Optional<Outcome> outcome,
      Optional<String> renewed) {
    public State {
      steps = List.copyOf(steps);
      choices = choices == null ? Choices.NONE : choices;
      outcome = outcome == null ? Optional.empty() : outcome;
      renewed = renewed == null ? Optional.empty() : renewed; // rows of before
    }

    /** One of which nothing came yet. */
    public State(Intent intent, Phase phase, int crashes, List<StartStep> steps, Choices choices) {
      this(intent, phase, crashes, steps, choices, Optional.empty(), Optional.empty());
    }

    /** The same with what its owner wants now. */
    public State wanting(Intent wanted) {
      return new State(wanted, phase, crashes, steps, choices, outcome, renewed);
    }

    /** The same in another phase. */
    public State in(Phase next) {
      return in(next, steps);
    }

    /** The same in another phase, with the steps of its start so far. */
    public State in(Phase next, List<StartStep> done) {
      return new State(intent, next, crashes, done, choices, outcome, renewed);
    }

    /** The same with so many ends of its instance by itself, the last one for this reason. */
    public State crashed(int times, String why) {
      return new State(intent, phase, times, steps, choices, outcome, Optional.of(why));
    }

    /** The same with an instance that is made anew for this reason. */
    public State renewed(String why) {
      return crashed(crashes, why);
    }

    /** The same with no end of its instance by itself. */
    public State uncrashed() {
      return new State(intent, phase, 0, steps, choices, outcome, Optional.empty());
    }

    /** The same with other choices. */
    public State choosing(Choices chosen) {
      return new State(intent, phase, crashes, steps, chosen, outcome, renewed);
    }

    /** The same with what came of a prebuild. */
    public State with(Outcome came) {
      return new State(intent, phase, crashes, steps, choices, Optional.of(came), renewed);
    }
  }

  /**
   * What came of a prebuild's tasks.
   *
   * @param failure in words; empty where all ended well
   * @param point its files, once they are saved, which is what others begin as
   * @param trouble why they are not saved yet, which is tried again
   */
  public record Outcome(
      Optional<String> failure, Optional<String> point, Optional<String> trouble) {
    public Outcome {
      trouble = trouble == null ? Optional.empty() : trouble; // rows of before
    }

    public Outcome(Optional<String> failure, Optional<String> point) {
      this(failure, point, Optional.empty());
    }

    /** All ended well. */
    public static final Outcome WELL = new Outcome(Optional.empty(), Optional.empty());

    /** Whether all ended well, and its files are still to be saved. */
    public boolean stillToSave() {
      return failure.isEmpty() && point.isEmpty();
    }
  }

  /** What its owner wants. */
  public Intent intent() {
    return state.intent();
  }

  /** Whether its repository wants an image that is built, of a Dockerfile or with features. */
  public boolean wantsBuilt() {
    var definition = plan.definition();
    return definition.image() instanceof Image.Built
        || !definition.container().features().isEmpty();
  }

  /** Where it stands. */
  public Phase phase() {
    return state.phase();
  }

  /** Whether its repository wants another image than the default one: built, or by its name. */
  public boolean wantsItsOwnImage() {
    return wantsBuilt() || plan.definition().image() instanceof Image.Reference;
  }

  /** The same with what its owner wants now. */
  public Workspace wanting(Intent intent) {
    var wanted = state.wanting(intent);
    return with(intent instanceof Intent.Run ? wanted.uncrashed() : wanted);
  }

  /** The same with a changed state. */
  public Workspace with(State changed) {
    return new Workspace(id, owner, plan, changed, createdAt, lastActiveAt, version);
  }

  /** The same, used at {@code instant}. */
  public Workspace activeAt(Instant instant) {
    return instant.isAfter(lastActiveAt)
        ? new Workspace(id, owner, plan, state, createdAt, instant, version)
        : this;
  }

  /** The same with other choices of its owner. */
  public Workspace choosing(Choices choices) {
    return with(state.choosing(choices));
  }
}
