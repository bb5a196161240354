package dev.berth.protocol.api;

import dev.berth.protocol.WorkspaceId;
import java.util.List;

/** One event of {@code GET /api/v1/events}. A stream begins with {@link All}. */
public sealed interface WorkspaceEvent {
  /** All of the caller's workspaces. */
  record All(List<WorkspaceView> workspaces) implements WorkspaceEvent {
    public All {
      workspaces = List.copyOf(workspaces);
    }
  }

  /** One is new or changed. */
  record Changed(WorkspaceView workspace) implements WorkspaceEvent {}

  /** One is deleted. */
  record Gone(WorkspaceId id) implements WorkspaceEvent {}
}
