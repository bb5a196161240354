package dev.berth.control.workspace;

import dev.berth.definition.Image;
import dev.berth.protocol.Intent;
import dev.berth.protocol.Phase;
import dev.berth.protocol.StartStep;
import dev.berth.protocol.UserId;
import dev.berth.protocol.WorkspaceId;
import java.time.Instant;
import java.util.List;

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
   */
  public record State(
      Intent intent, Phase phase, int crashes, List<StartStep> steps, Choices choices) {
    public State {
      steps = List.copyOf(steps);
      choices = choices == null ? Choices.NONE : choices;
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
    int crashes = intent instanceof Intent.Run ? 0 : state.crashes();
    return with(new State(intent, state.phase(), crashes, state.steps(), state.choices()));
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
    return with(new State(state.intent(), state.phase(), state.crashes(), state.steps(), choices));
  }
}
