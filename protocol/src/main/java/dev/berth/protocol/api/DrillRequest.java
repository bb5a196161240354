package dev.berth.protocol.api;

import dev.berth.protocol.WorkspaceId;
import java.util.Optional;

/**
 * Which workspace is restored for a try.
 *
 * @param workspace a few of the caller's, by chance, where empty
 */
public record DrillRequest(Optional<WorkspaceId> workspace) {}
