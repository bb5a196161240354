package dev.berth.runtime;

import dev.berth.protocol.WorkspaceId;

/**
 * What a new workspace begins with instead of a clone: a saved moment of another of its owner's.
 *
 * @param workspace whose files they were
 * @param point an id of {@link Saves.Point}
 */
public record Seed(WorkspaceId workspace, String point) {}
