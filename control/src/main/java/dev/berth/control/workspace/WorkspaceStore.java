package dev.berth.control.workspace;

import dev.berth.protocol.UserId;
import dev.berth.protocol.WorkspaceId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The workspaces. Each call is one transaction and durable when it returns. */
public interface WorkspaceStore {
  /** The workspace of this id. */
  Optional<Workspace> find(WorkspaceId id);

  /** All of a user's, the newest first. */
  List<Workspace> ofOwner(UserId owner);

  /** All, the newest first. */
  List<Workspace> all();

  /** Adds one; its id must be new. */
  void insert(Workspace workspace);

  /**
   * Saves {@code next} where its row still has {@code next.version()}; false, and no change, else.
   */
  boolean save(Workspace next);

  /** Notes when workspaces were used, never back in time; leaves their versions alone. */
  void touch(Map<WorkspaceId, Instant> lastActive);

  /** Removes the row; nothing where there is none. */
  void remove(WorkspaceId id);
}
