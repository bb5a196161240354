package dev.berth.control.workspace;

import dev.berth.base.Problem;
import dev.berth.protocol.UserId;
import dev.berth.protocol.WorkspaceId;
import dev.berth.runtime.Saves;
import dev.berth.runtime.Seed;
import java.util.Optional;

/** Opens points of workspaces as new workspaces. */
public final class Forks {
  private final Workspaces workspaces;
  private final Saves saves;

  public Forks(Workspaces workspaces, Saves saves) {
    this.workspaces = workspaces;
    this.saves = saves;
  }

  /**
   * A workspace of {@code owner}'s that begins as a point of another of his, and runs.
   *
   * @param point as the files are now, saved first, where empty
   */
  public Workspace fork(UserId owner, WorkspaceId id, Optional<String> point)
      throws InterruptedException {
    var workspace = workspaces.forkable(owner, id); // a save of it may take minutes
    var seed =
        point.isPresent()
            ? new Seed(id, known(workspace, point.get()))
            : new Seed(id, saves.save(id, owner).id(), true);
    var made = workspaces.fork(owner, seed);
    // From here on its row holds the point; an old one may have gone a moment before.
    if (seed.live() || saves.isHeld(seed, owner)) return made;
    workspaces.delete(owner, made.id());
    throw unknown(id);
  }

  /** That point; {@link Problem.Missing} where the workspace has none of that name. */
  public String known(Workspace workspace, String point) throws InterruptedException {
    if (saves.has(workspace.id(), workspace.owner(), point)) return point;
    throw unknown(workspace.id());
  }

  /** That a workspace has no such point. */
  public static Problem unknown(WorkspaceId workspace) {
    return new Problem.Missing(
        "The workspace %s has no such saved moment.".formatted(workspace),
        "List them with `berth points %s`; old ones are thinned out.".formatted(workspace));
  }
}
