package dev.berth.runtime.runc;

import dev.berth.base.Problem;
import dev.berth.base.file.WholeFile;
import dev.berth.base.process.Command;
import dev.berth.base.process.Turns;
import dev.berth.protocol.UserId;
import dev.berth.protocol.WorkspaceId;
import dev.berth.runtime.Seed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
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

  /** Beside the workspaces' folder. */
  static final String FOLDER = "layers";

  /** A folder that is being made. */
  private static final String DRAFT = ".new";

  /** A folder that goes. */
  private static final String GONE = ".gone";

  private static final String OWNER = "owner";

  /** In a workspace's folder while its files are being made a layer: the layer's name and owner. */
  private static final String FREEZING = "freezing";

  /**
   * Looking up a name costs a step for each layer beneath; a page of mount options holds more of
   * them, below the 127 of an image.
   */
  private static final int MOST_DEEP = 30;

  /** For so long after a save what a workspace has may stand for what was saved. */
  private static final Duration LIVE = Duration.ofMinutes(1);

  /**
   * From the folder $1 to $2. By tar, since it opens each folder from the one above and follows no
   * link: cp goes by names, and who works in the workspace can put a link to the host's files in
   * the place of a folder meanwhile.
   */
  private static final String COPY =
      """
      set -f -o pipefail
      what="--xattrs --xattrs-include=* --numeric-owner --sparse --format=posix"
      tar --create $what --one-file-system --directory "$1" -- files upper |
        tar --extract $what --same-owner --preserve-permissions --directory "$2"
      """;

  /** Millions of files. */
  private static final Duration COPYING = Duration.ofHours(1);

  private final Path layers;
  private final Path workspaces;
  private final Seeds seeds;
  private final Clock clock;

  /** By the name of the exact layer. */
  private final Turns<String> layerTurns = new Turns<>();

  private final Turns<WorkspaceId> workspaceTurns = new Turns<>();

  /** How often it was asked for since one began to collect; 0 where nobody does. */
  private final AtomicInteger collections = new AtomicInteger();

  private FrozenLayers(Path layers, Path workspaces, Seeds seeds, Clock clock) {
    this.layers = layers;
    this.workspaces = workspaces;
    this.seeds = seeds;
    this.clock = clock;
  }

  /** Opens those under {@code root}; ends what a killed server began. */
  static FrozenLayers open(Path root, Seeds seeds) throws IOException, InterruptedException {
    var layers = Files.createDirectories(root.resolve(FOLDER));
    var workspaces = root.resolve("workspaces");
    var frozen = new FrozenLayers(layers, workspaces, seeds, Clock.systemUTC());
    var unsettled = new HashSet<String>();
    for (var folder : list(workspaces)) {
      if (!frozen.settled(folder)) unsettled.add(folder.getFileName().toString());
    }
    for (var draft : list(layers)) {
      var name = draft.getFileName().toString();
      // The only files of a workspace may be in it.
      if (unsettled.contains(name.substring(0, Math.max(0, name.indexOf('.'))))) continue;
      if (name.endsWith(DRAFT)) Files.move(draft, gone(draft));
    }
    Thread.ofVirtual().name("layers").start(frozen::collectQuietly); // files may be many
    return frozen;
  }

  /** One that cannot be is no reason for the others not to run. */
  private boolean settled(Path workspace) throws InterruptedException {
    try {
      settle(new WorkspaceFolder(workspace));
      return true;
    } catch (IOException | RuntimeException e) {
      LOG.error("{} cannot be started: its files were being made a layer", workspace, e);
      return false;
    }
  }

  private static Path gone(Path layer) throws IOException, InterruptedException {
    var gone = layer.resolveSibling(layer.getFileName() + GONE);
    WorkspaceFolder.delete(gone);
    return gone;
  }

  private void collectQuietly() {
    try {
      collect();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException | RuntimeException e) {
      LOG.warn("layers that nobody needs stay until a workspace is deleted", e);
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
    var mark = mark(folder.path());
    if (mark.isPresent()) finish(folder, mark.get().layer(), mark.get().owner());
  }

  private record Mark(String layer, UserId owner) {}

  private static Optional<Mark> mark(Path workspace) throws IOException {
    var file = workspace.resolve(FREEZING);
    if (!Files.exists(file)) return Optional.empty();
    var lines = Files.readAllLines(file);
    if (lines.size() != 2) {
      throw new Problem.Unavailable(
          "The files of %s were being made a layer, and %s, which says of which name, is cut short."
              .formatted(workspace.getFileName(), file),
          "Ask who runs this machine: its files are in it or in the folder layers, in one whose"
              + " name begins as its own and ends with .new.");
    }
    return Optional.of(new Mark(lines.getFirst(), new UserId(lines.getLast())));
  }

  /**
   * Lets a workspace that has no files yet begin as {@code seed}; in its turn.
   *
   * @param detail told what takes long
   */
  void lay(WorkspaceFolder folder, Seed seed, UserId owner, Consumer<String> detail)
      throws IOException, InterruptedException {
    if (Ground.isLaid(folder.path()) || Files.exists(folder.files())) return;
    layerTurns.in(
        Ground.layer(seed),
        () -> {
          var found = find(seed);
          var name = found.isPresent() ? found.get() : make(seed, owner, detail);
          var layer = layers.resolve(name);
          if (!Files.readString(layer.resolve(OWNER)).strip().equals(owner.toString())) {
            throw new Problem.Missing(
                "There is no %s of %s.".formatted(seed.point(), seed.workspace()),
                "Open the repository anew.");
          }
          Files.createDirectories(folder.path());
          Ground.of(layer).under(name).write(folder.path());
          return name;
        });
  }

  private Optional<String> find(Seed seed) {
    if (Files.exists(layers.resolve(Ground.layer(seed)))) return Optional.of(Ground.layer(seed));
    if (!seed.live()) return Optional.empty();
    return Optional.of(Ground.liveLayer(seed)).filter(name -> Files.exists(layers.resolve(name)));
  }

  /** Says its name. */
  private String make(Seed seed, UserId owner, Consumer<String> detail)
      throws IOException, InterruptedException {
    var at = seeds.savedAt(seed, owner);
    var from = new WorkspaceFolder(workspaces.resolve(seed.workspace().value()));
    var made =
        workspaceTurns.in(
            seed.workspace(),
            () -> {
              settle(from);
              var found = find(seed);
              if (found.isPresent() || !Files.exists(from.files())) return found;
              var ground = Ground.read(from.path());
              if (ground.isEmpty() || ground.get().layers().size() >= MOST_DEEP) return found;
              if (!from.instance().exists() && from.ended().filter(at::isAfter).isPresent()) {
                return seeds.undisturbed(seed.workspace(), () -> freeze(from, seed, owner));
              }
              boolean live = seed.live() && clock.instant().isBefore(at.plus(LIVE));
              return live ? copy(from, seed, owner, detail) : found;
            });
    return made.isPresent() ? made.get() : restore(seed, owner, detail);
  }

  // ---- by renaming

  private Optional<String> freeze(WorkspaceFolder from, Seed seed, UserId owner)
      throws IOException, InterruptedException {
    var name = Ground.layer(seed);
    WorkspaceFolder.delete(layers.resolve(name + DRAFT));
    WholeFile.write(from.path().resolve(FREEZING), List.of(name, owner.toString()));
    finish(from, name, owner);
    return Optional.of(name);
  }

  /**
   * Each step may be found done, and is on the disk before what rests on it. Until the end a
   * workspace has no {@code files}, so nobody saves what is not all of it.
   */
  private void finish(WorkspaceFolder from, String name, UserId owner)
      throws IOException, InterruptedException {
    var layer = layers.resolve(name);
    if (!Files.exists(layer)) {
      var draft = Files.createDirectories(layers.resolve(name + DRAFT));
      WholeFile.sync(layers);
      for (var part : List.of(from.files(), from.upper())) {
        var moved = draft.resolve(part.getFileName());
        if (!Files.exists(moved)) Files.move(part, moved, StandardCopyOption.ATOMIC_MOVE);
      }
      WholeFile.write(draft.resolve(OWNER), List.of(owner.toString()));
      Ground.of(from.path()).write(draft);
      Files.move(draft, layer, StandardCopyOption.ATOMIC_MOVE);
      WholeFile.sync(layers);
    }
    Ground.of(layer).under(name).write(from.path());
    WorkspaceFolder.delete(from.work());
    WorkspaceFolder.delete(from.filesWork());
    from.make();
    Files.deleteIfExists(from.path().resolve(FREEZING));
  }

  // ---- by copying

  /** Nothing where it cannot be had whole, since it is changed too fast. */
  private Optional<String> copy(
      WorkspaceFolder from, Seed seed, UserId owner, Consumer<String> detail)
      throws IOException, InterruptedException {
    detail.accept("copying what %s changed".formatted(seed.workspace()));
    var draft = draft(Ground.liveLayer(seed), Ground.of(from.path()), owner);
    var copied =
        Command.of("bash", "-c", COPY, "copy", from.path().toString(), draft.toString())
            .within(COPYING)
            .run();
    if (copied.exitCode() != 0) {
      LOG.info("{} is not copied, but restored: {}", seed, copied.errors());
      WorkspaceFolder.delete(draft);
      return Optional.empty();
    }
    // All of the file system: for each file by itself the disk would wait once.
    Command.of("sync", "--file-system", draft.toString())
        .within(COPYING)
        .orProblem("See the machine's kernel log for its disk.");
    return Optional.of(complete(draft));
  }

  // ---- by restoring

  private String restore(Seed seed, UserId owner, Consumer<String> detail)
      throws IOException, InterruptedException {
    detail.accept("as %s was at %s".formatted(seed.workspace(), seed.point()));
    var draft = draft(Ground.layer(seed), new Ground(List.of()), owner);
    var tree = Files.createDirectory(draft.resolve("tree")); // a restore wants an empty folder
    seeds.restore(seed, owner, tree);
    for (var part : list(tree)) {
      Files.move(part, draft.resolve(part.getFileName()), StandardCopyOption.ATOMIC_MOVE);
    }
    Files.delete(tree);
    WholeFile.sync(draft); // its files are: a restore sees to it
    return complete(draft);
  }

  /** What it lies on is written first: so that stays. */
  private Path draft(String name, Ground ground, UserId owner)
      throws IOException, InterruptedException {
    var draft = layers.resolve(name + DRAFT);
    WorkspaceFolder.delete(draft);
    Files.createDirectories(draft);
    ground.write(draft);
    WholeFile.write(draft.resolve(OWNER), List.of(owner.toString()));
    return draft;
  }

  /** Gives it its name, which is on the disk before a workspace lies on it; all of it is before. */
  private String complete(Path draft) throws IOException {
    var name = draft.getFileName().toString();
    var layer = draft.resolveSibling(name.substring(0, name.length() - DRAFT.length()));
    Files.move(draft, layer, StandardCopyOption.ATOMIC_MOVE);
    WholeFile.sync(layers);
    return layer.getFileName().toString();
  }

  // ---- what nobody lies on

  /**
   * Deletes the layers that no workspace lies on. What runs lies on the ground that its folder
   * names, so nothing that is mounted goes. Where another does it already, that one looks again.
   */
  void collect() throws IOException, InterruptedException {
    if (collections.getAndIncrement() > 0) return;
    try {
      int asked;
      do {
        asked = collections.get();
        while (collectOnce()) {} // what goes frees what it lies on
      } while (!collections.compareAndSet(asked, 0));
    } catch (Problem problem) {
      LOG.warn("layers that nobody needs stay: {}", problem.words());
      collections.set(0);
    } catch (IOException | InterruptedException | RuntimeException e) {
      collections.set(0);
      throw e;
    }
  }

  /** Whether any went. */
  private boolean collectOnce() throws IOException, InterruptedException {
    boolean any = false;
    var needed = needed();
    for (var layer : list(layers)) {
      var name = layer.getFileName().toString();
      if (name.endsWith(GONE)) {
        WorkspaceFolder.delete(layer);
      } else if (!name.endsWith(DRAFT) && !needed.contains(name)) {
        any |= layerTurns.in(Ground.exact(name), () -> remove(layer));
      }
    }
    return any;
  }

  /** Looks once more: in its turn nobody begins to lie on it. */
  private boolean remove(Path layer) throws IOException, InterruptedException {
    if (!Files.exists(layer) || needed().contains(layer.getFileName().toString())) return false;
    var gone = gone(layer);
    Files.move(layer, gone, StandardCopyOption.ATOMIC_MOVE);
    WholeFile.sync(layers);
    WorkspaceFolder.delete(gone);
    return true;
  }

  private Set<String> needed() throws IOException {
    var needed = new HashSet<String>();
    for (var workspace : list(workspaces)) {
      needed.addAll(Ground.of(workspace).layers());
      mark(workspace).ifPresent(mark -> needed.add(mark.layer()));
    }
    for (var layer : list(layers)) {
      if (!layer.toString().endsWith(GONE)) needed.addAll(Ground.of(layer).layers());
    }
    return needed;
  }

  private static List<Path> list(Path folder) throws IOException {
    try (var listed = Files.list(folder)) {
      return listed.toList();
    }
  }
}
