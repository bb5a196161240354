package dev.berth.node.save;

import dev.berth.base.Problem;
import dev.berth.base.process.Turns;
import dev.berth.node.save.MachineFiles.Repositories;
import dev.berth.protocol.UserId;
import dev.berth.protocol.WorkspaceId;
import dev.berth.runtime.SavedFiles;
import dev.berth.runtime.Saves.Holds;
import dev.berth.runtime.Saves.Point;
import dev.berth.runtime.Seed;
import dev.berth.snapshots.format.Finding;
import dev.berth.snapshots.format.SaveId;
import dev.berth.snapshots.format.Snapshot;
import dev.berth.snapshots.prune.Prune;
import dev.berth.snapshots.prune.Thinning;
import dev.berth.snapshots.repository.Claims;
import dev.berth.snapshots.repository.Repository;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The points of workspaces as their repositories have them, whoever saved them. */
final class SavedPoints {
  /** A save that a killed server left behind blocks the deletion of packs no longer than this. */
  private static final Duration PRUNE_PATIENCE = Duration.ofHours(2);

  /** What owners read of what could not be kept. */
  private static final int LEFT_OUT_MAX = 20;

  private final Repositories repositories;
  private final Thinning thinning;
  private final Clock clock;
  private final Function<WorkspaceId, Optional<Path>> earlierKept;
  private final String remedy;
  private final History history = new History();

  private volatile Optional<Holds> holds = Optional.empty();

  /** Who asks whether a point stays waits for this only, not for a save or a restore. */
  private final Turns<WorkspaceId> thinningTurns = new Turns<>();

  /**
   * @param thinning which points stay
   * @param earlierKept where an earlier version may have noted which are kept
   * @param remedy what to do where a repository cannot be read or written
   */
  SavedPoints(
      Repositories repositories,
      Thinning thinning,
      Clock clock,
      Function<WorkspaceId, Optional<Path>> earlierKept,
      String remedy) {
    this.repositories = repositories;
    this.thinning = thinning;
    this.clock = clock;
    this.earlierKept = earlierKept;
    this.remedy = remedy;
  }

  void hold(Holds all) {
    holds = Optional.of(all);
  }

  boolean isHeld(Seed seed, UserId owner) throws InterruptedException {
    try {
      return thinningTurns.in(seed.workspace(), () -> has(seed.workspace(), owner, seed.point()));
    } catch (IOException e) {
      throw unreadable(seed.workspace(), e);
    }
  }

  List<Point> all(WorkspaceId workspace, UserId owner) throws InterruptedException {
    try {
      var repository = repositories.of(owner);
      var all = repository.snapshots(workspace.value());
      var kept = kept(repository, workspace).points();
      var changed = history.of(repository, all);
      return all.reversed().stream()
          .map(one ->
              point(
                  one, kept.contains(one.id().text()), Optional.ofNullable(changed.get(one.id()))))
          .toList();
    } catch (IOException e) {
      throw unreadable(workspace, e);
    }
  }

  private static Point point(Snapshot snapshot, boolean kept, Optional<SavedFiles.Counts> changed) {
    var totals = snapshot.totals();
    return new Point(
        snapshot.id().text(),
        snapshot.began(),
        totals.files(),
        totals.bytes(),
        totals.newBytes(),
        snapshot.findings().stream().limit(LEFT_OUT_MAX).map(SavedPoints::words).toList(),
        kept,
        changed);
  }

  static String words(Finding finding) {
    return "%s: %s".formatted(finding.path(), finding.text());
  }

  /** The newest; {@link Problem.Missing} where there is none. */
  Point newest(WorkspaceId workspace, UserId owner) throws InterruptedException {
    try {
      return repositories
          .of(owner)
          .newest(workspace.value())
          .map(newest -> point(newest, false, Optional.empty()))
          .orElseThrow(() ->
              new Problem.Missing(
                  "The workspace %s has no files yet.".formatted(workspace),
                  "Start it, and try again when it runs."));
    } catch (IOException e) {
      throw unreadable(workspace, e);
    }
  }

  Optional<String> newest(WorkspaceId workspace, UserId owner, Optional<String> before)
      throws InterruptedException {
    try {
      return repositories
          .of(owner)
          .newest(workspace.value(), before.map(SaveId::new))
          .map(snapshot -> snapshot.id().text());
    } catch (IOException e) {
      throw unreadable(workspace, e);
    }
  }

  boolean has(WorkspaceId workspace, UserId owner, String point) throws InterruptedException {
    try {
      return SaveId.parse(point).isPresent()
          && repositories.of(owner).has(workspace.value(), new SaveId(point));
    } catch (IOException e) {
      throw unreadable(workspace, e);
    }
  }

  void keep(WorkspaceId workspace, UserId owner, String point)
      throws IOException, InterruptedException {
    var repository = repositories.of(owner);
    var found = repository.find(workspace.value(), new SaveId(point));
    kept(repository, workspace).add(found.id());
  }

  /** Lets go of those that are too many; of none while it is not known who needs what. */
  void thin(WorkspaceId workspace, UserId owner) throws IOException, InterruptedException {
    if (holds.isEmpty()) return;
    var known = holds.get();
    thinningTurns.in(workspace, () -> thinned(workspace, owner, known));
  }

  /** Says which were too many, needed or not. */
  private List<Snapshot> thinned(WorkspaceId workspace, UserId owner, Holds known)
      throws IOException, InterruptedException {
    var repository = repositories.of(owner);
    var superfluous =
        thinning.superfluous(repository.snapshots(workspace.value()), clock.instant());
    for (var old : superfluous) {
      // Asked before each: who was promised one meanwhile shall find it.
      if (!isNeeded(old.id().text(), repository, workspace, known)) repository.delete(old);
    }
    return superfluous;
  }

  private boolean isNeeded(String point, Repository repository, WorkspaceId workspace, Holds known)
      throws IOException, InterruptedException {
    return kept(repository, workspace).points().contains(point)
        || known.of(workspace).contains(point);
  }

  /** Deletes what no snapshot of the owner needs; true where there is more after the grace. */
  boolean prune(UserId owner, Duration grace) throws IOException, InterruptedException {
    return new Prune(repositories.of(owner), clock, grace, PRUNE_PATIENCE).run().condemned() > 0;
  }

  /**
   * Who had the workspace last and did not say that he wrote all that he had; empty where nobody
   * had it, the last one came to a good end, or was of a version that never said so.
   */
  Optional<Claims.Claim> unreleased(WorkspaceId workspace, UserId owner)
      throws IOException, InterruptedException {
    return new Claims(repositories.of(owner), workspace.value())
        .newest()
        .filter(Claims.Claim::isOpen);
  }

  void forget(WorkspaceId workspace, UserId owner) throws IOException, InterruptedException {
    var repository = repositories.of(owner);
    // First: a pod that nobody reaches saves no more once its claim is gone.
    new Claims(repository, workspace.value()).forget();
    for (var id : repository.ids(workspace.value())) repository.delete(workspace.value(), id);
  }

  private Kept kept(Repository repository, WorkspaceId workspace) {
    return new Kept(repository, workspace.value(), earlierKept.apply(workspace));
  }

  Problem unreadable(WorkspaceId workspace, IOException e) {
    return new Problem.Unavailable(
        "The saved files of %s cannot be read or written: %s.".formatted(workspace, e.getMessage()),
        remedy,
        e);
  }
}
