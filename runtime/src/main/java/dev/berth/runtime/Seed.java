package dev.berth.runtime;

import dev.berth.protocol.WorkspaceId;

/**
 * What a new workspace begins with instead of a clone: a saved moment of another of its owner's.
 *
 * @param workspace whose files they were
 * @param point an id of {@link Saves.Point}
 * @param live whether the point was made for it a moment ago, so that what the workspace has by now
 *     will do as well
 * @param dispensable whether a clone will do where the point is gone
 */
public record Seed(WorkspaceId workspace, String point, boolean live, boolean dispensable) {
  /** Exactly what was saved. */
  public Seed(WorkspaceId workspace, String point) {
    this(workspace, point, false);
  }

  /** One that must be there. */
  public Seed(WorkspaceId workspace, String point, boolean live) {
    this(workspace, point, live, false);
  }

  /** The same, where a clone will do too. */
  public Seed orClone() {
    return new Seed(workspace, point, live, true);
  }
}
