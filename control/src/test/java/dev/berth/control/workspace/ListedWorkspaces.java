package dev.berth.control.workspace;

import dev.berth.protocol.UserId;
import dev.berth.protocol.WorkspaceId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Workspaces that are there and stay as they are. */
record ListedWorkspaces(List<Workspace> all) implements WorkspaceStore {
  @Override
  public Optional<Workspace> find(WorkspaceId id) {
    return all.stream().filter(one -> one.id().equals(id)).findFirst();
  }

  @Override
  public List<Workspace> ofOwner(UserId owner) {
    return all.stream().filter(one -> one.owner().equals(owner)).toList();
  }

  @Override
  public void insert(Workspace workspace) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean save(Workspace next) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void touch(Map<WorkspaceId, Instant> lastActive) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void remove(WorkspaceId id) {
    throw new UnsupportedOperationException();
  }
}
