package dev.berth.protocol.api;

import java.util.List;

/** All workspaces of the caller, the newest first. */
public record WorkspaceList(List<WorkspaceView> workspaces) {
  public WorkspaceList {
    workspaces = List.copyOf(workspaces);
  }
}
