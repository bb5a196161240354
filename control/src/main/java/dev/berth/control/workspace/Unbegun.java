package dev.berth.control.workspace;

import dev.berth.protocol.Phase;
import dev.berth.protocol.WorkspaceId;
import dev.berth.runtime.Saves;
import dev.berth.runtime.Seed;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The points that workspaces were promised to begin as and have not begun as yet. Their row is all
 * that is known of them, so it is all that is asked. Any thread may call.
 */
public final class Unbegun implements Saves.Holds {
  /** The driver's step in which a workspace gets its files. */
  private static final String FILES = "files";

  private final WorkspaceStore store;

  public Unbegun(WorkspaceStore store) {
    this.store = store;
  }

  @Override
  public Set<String> of(WorkspaceId workspace) {
    return store.all().stream()
        .filter(one -> !hasBegun(one))
        .flatMap(one -> one.plan().seed().stream())
        .filter(seed -> seed.workspace().equals(workspace))
        .map(Seed::point)
        .collect(Collectors.toSet());
  }

  /**
   * Whether it has its files by now. Where the steps do not tell, as at the beginning of a later
   * start, it may need its point once more for all we know.
   */
  private static boolean hasBegun(Workspace workspace) {
    if (workspace.phase() instanceof Phase.Running) return true;
    return workspace.state().steps().stream()
        .anyMatch(step -> step.name().equals(FILES) && step.ended().isPresent());
  }
}
