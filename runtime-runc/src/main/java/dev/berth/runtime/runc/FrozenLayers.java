package dev.berth.runtime.runc;

import dev.berth.base.Problem;
import dev.berth.base.process.Turns;
import dev.berth.protocol.UserId;
import dev.berth.protocol.WorkspaceId;
import dev.berth.runtime.Seed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of workspaces at moments that others begin as: each a folder {@code
 * layers/<workspace>.<point>} with {@code files} and {@code upper} in overlayfs's words, which
 * nobody changes any more and all share that lie on it. One that has its name is whole. What a
 * running workspace had a moment after the point is not exactly it, so it has a name of its own.
 *
 * <p>Made by renaming what a stopped workspace has, which then lies on it too; else by copying what
 * a running one changed; else by restoring what was saved. Any thread may call.
 */
final class FrozenLayers {
  private static final Logger LOG = LoggerFactory.getLogger(FrozenLayers.class);

  /**
   * Looking up a name costs a step for each layer beneath; a page of mount options holds more of
   * them, below the 127 of an image.
   */
  private static final int MOST_DEEP = 30;

  /** For so long after a save what a workspace has may stand for what was saved. */
  private static final Duration LIVE = Duration.ofMinutes(1);

  private final LayerFolders layers;
  private final Path workspaces;
  private final Seeds seeds;
  private final Clock clock;
  private final Freezing freezing;
  private final Drafts drafts;
  private final Collecting collecting;

  /** By the point. */
  private final Turns<Seed> layerTurns = new Turns<>();

  private final Turns<WorkspaceId> workspaceTurns = new Turns<>();

  private FrozenLayers(LayerFolders layers, Path workspaces, Seeds seeds, Clock clock) {
    this.layers = layers;
    this.workspaces = workspaces;
    this.seeds = seeds;
    this.clock = clock;
    this.freezing = new Freezing(layers);
    this.collecting = new Collecting(layers, workspaces, layerTurns);
    this.drafts = new Drafts(layers, seeds, collecting::begin);
  }

  /** Opens those under {@code root}; ends what a killed server began. */
  static FrozenLayers open(Path root, Seeds seeds) throws IOException, InterruptedException {
    var layers = new LayerFolders(Files.createDirectories(root.resolve(LayerFolders.NAME)));
    var workspaces = root.resolve("workspaces");
    var frozen = new FrozenLayers(layers, workspaces, seeds, Clock.systemUTC());
    var unsettled = new HashSet<String>();
    for (var folder : LayerFolders.list(workspaces)) {
      if (!frozen.settled(folder)) unsettled.add(folder.getFileName().toString());
    }
    for (var draft : layers.all()) {
      var name = draft.getFileName().toString();
      // The only files of a workspace may be in it.
      if (unsettled.contains(name.substring(0, Math.max(0, name.indexOf('.'))))) continue;
      if (LayerFolders.isDraft(draft)) layers.discard(draft);
    }
    frozen.collect();
    return frozen;
  }

  /** One that cannot be is no reason for the others not to run. */
  private boolean settled(Path workspace) throws InterruptedException {
    try {
      freezing.settle(new WorkspaceFolder(workspace));
      return true;
    } catch (IOException | RuntimeException e) {
      LOG.error("{} cannot be started: its files were being made a layer", workspace, e);
      return false;
    }
  }

  /**
   * Does {@code work} while a workspace's files are not made a layer: until {@code work} has made
   * the folder of its instance, after which they never are.
   */
  <T> T inTurn(WorkspaceId workspace, Turns.Work<T> work) throws IOException, InterruptedException {
    return workspaceTurns.in(workspace, work);
  }

  /** Ends a freezing that was broken off; in the workspace's turn. */
  void settle(WorkspaceFolder folder) throws IOException, InterruptedException {
    freezing.settle(folder);
  }

  /**
   * Lets a workspace that has no files on this machine begin as it was saved last, perhaps on
   * another; in its turn. Whether it has files now.
   *
   * @param detail told what takes long
   */
  boolean layAsSaved(
      WorkspaceFolder folder, WorkspaceId workspace, UserId owner, Consumer<String> detail)
      throws IOException, InterruptedException {
    if (hasFiles(folder)) return true;
    var own = seeds.newest(workspace, owner);
    if (own.isEmpty()) return false;
    // Never made of a workspace's folder: this one has none.
    lay(folder, own.get(), owner, () -> restored(own.get(), owner, detail));
    return true;
  }

  /**
   * Lets a workspace that has no files on this machine begin as {@code seed}; in its turn.
   *
   * @param detail told what takes long
   */
  void lay(WorkspaceFolder folder, Seed seed, UserId owner, Consumer<String> detail)
      throws IOException, InterruptedException {
    if (!hasFiles(folder)) lay(folder, seed, owner, () -> found(seed, owner, detail));
  }

  private static boolean hasFiles(WorkspaceFolder folder) {
    return Ground.isLaid(folder.path()) || Files.exists(folder.files());
  }

  private void lay(WorkspaceFolder folder, Seed seed, UserId owner, Turns.Work<LayerName> making)
      throws IOException, InterruptedException {
    try {
      layerTurns.in(exact(seed), () -> layOn(making.run(), folder, owner));
    } finally {
      collecting.beginAgain();
    }
  }

  private LayerName restored(Seed seed, UserId owner, Consumer<String> detail)
      throws IOException, InterruptedException {
    var found = find(seed);
    return found.isPresent() ? found.get() : drafts.restore(seed, owner, detail);
  }

  private static Seed exact(Seed seed) {
    return LayerName.of(seed).seed();
  }

  private LayerName layOn(LayerName name, WorkspaceFolder folder, UserId owner) throws IOException {
    if (!layers.isOf(name, owner)) {
      throw new Problem.Missing(
          "There is no %s of %s.".formatted(name.point(), name.workspace()),
          "Open the repository anew.");
    }
    Files.createDirectories(folder.path());
    Ground.of(layers.of(name)).under(name).write(folder.path());
    return name;
  }

  private LayerName found(Seed seed, UserId owner, Consumer<String> detail)
      throws IOException, InterruptedException {
    var found = find(seed);
    return found.isPresent() ? found.get() : make(seed, owner, detail);
  }

  private Optional<LayerName> find(Seed seed) {
    var name = LayerName.of(seed);
    if (layers.has(name)) return Optional.of(name);
    return Optional.of(name.ofWhatRuns()).filter(one -> seed.live() && layers.has(one));
  }

  /** Says its name. */
  private LayerName make(Seed seed, UserId owner, Consumer<String> detail)
      throws IOException, InterruptedException {
    var at = seeds.savedAt(seed, owner);
    var from = new WorkspaceFolder(workspaces.resolve(seed.workspace().value()));
    // Its turn is not waited for: it may be about to begin as it was saved, and wait for this
    // layer.
    if (!hasFiles(from)) return drafts.restore(seed, owner, detail);
    var made =
        workspaceTurns.in(
            seed.workspace(),
            () -> {
              freezing.settle(from);
              var found = find(seed);
              if (found.isPresent() || !Files.exists(from.files())) return found;
              var ground = Ground.read(from.path());
              if (ground.isEmpty() || ground.get().layers().size() >= MOST_DEEP) return found;
              var rest = Rest.of(from.path());
              if (rest.isPresent() && rest.get().is(seed.point())) {
                return Optional.of(
                    seeds.undisturbed(
                        seed.workspace(), () -> freezing.freeze(from, LayerName.of(seed), owner)));
              }
              boolean live = seed.live() && clock.instant().isBefore(at.plus(LIVE));
              return live ? drafts.copy(from, seed, owner, detail) : found;
            });
    return made.isPresent() ? made.get() : drafts.restore(seed, owner, detail);
  }

  /** Begins to delete the layers that no workspace lies on; returns at once. */
  void collect() {
    collecting.begin();
  }
}
