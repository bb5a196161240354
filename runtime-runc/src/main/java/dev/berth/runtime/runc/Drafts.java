package dev.berth.runtime.runc;

import dev.berth.base.file.WholeFile;
import dev.berth.base.process.Command;
import dev.berth.protocol.UserId;
import dev.berth.runtime.Seed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes layers whose files are written anew: of what runs by copying, else by restoring. */
final class Drafts {
  private static final Logger LOG = LoggerFactory.getLogger(Drafts.class);

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

  private final LayerFolders layers;
  private final Seeds seeds;
  private final Runnable discarded;

  /**
   * @param discarded called when there is something to be deleted
   */
  Drafts(LayerFolders layers, Seeds seeds, Runnable discarded) {
    this.layers = layers;
    this.seeds = seeds;
    this.discarded = discarded;
  }

  /** Nothing where it cannot be had whole, since it is changed too fast. */
  Optional<LayerName> copy(WorkspaceFolder from, Seed seed, UserId owner, Consumer<String> detail)
      throws IOException, InterruptedException {
    detail.accept("copying what %s changed".formatted(seed.workspace()));
    new Disk(layers.path()).mustHold(bytes(from));
    return drafted(
        LayerName.of(seed).ofWhatRuns(),
        Ground.of(from.path()),
        owner,
        draft -> {
          var copied =
              Command.of("bash", "-c", COPY, "copy", from.path().toString(), draft.toString())
                  .within(COPYING)
                  .run();
          if (!copied.ok()) LOG.info("{} is not copied, but restored: {}", seed, copied.errors());
          else Rest.sync(draft);
          return copied.ok();
        });
  }

  /** What a copy of it takes on the disk, about: it runs. */
  private static long bytes(WorkspaceFolder from) throws InterruptedException {
    var du = List.of("du", "--summarize", "--total", "--block-size=1", "--one-file-system", "--");
    var parts = Stream.of(from.files(), from.upper()).map(Path::toString);
    var said = Command.of(Stream.concat(du.stream(), parts).toList()).within(COPYING).run().text();
    // The last line. Its exit code only says that something went while it looked.
    return Long.parseLong(said.strip().lines().toList().getLast().replaceAll("\\D.*", ""));
  }

  LayerName restore(Seed seed, UserId owner, Consumer<String> detail)
      throws IOException, InterruptedException {
    detail.accept("as %s was at %s".formatted(seed.workspace(), seed.point()));
    return drafted(
            LayerName.of(seed),
            new Ground(List.of()),
            owner,
            draft -> {
              var tree = Files.createDirectory(draft.resolve("tree")); // it wants an empty folder
              seeds.restore(seed, owner, tree);
              for (var part : LayerFolders.list(tree)) {
                Files.move(part, draft.resolve(part.getFileName()), StandardCopyOption.ATOMIC_MOVE);
              }
              Files.delete(tree);
              WholeFile.sync(draft); // its files are: a restore sees to it
              return true;
            })
        .orElseThrow();
  }

  /** What makes the files of a layer; whether they are whole. */
  private interface Filling {
    boolean fills(Path draft) throws IOException, InterruptedException;
  }

  /** The name of a layer with the files that {@code filling} makes; of what fails nothing stays. */
  private Optional<LayerName> drafted(LayerName name, Ground ground, UserId owner, Filling filling)
      throws IOException, InterruptedException {
    var draft = layers.draft(name);
    boolean whole = false;
    try {
      draft(draft, ground, owner);
      whole = filling.fills(draft);
      if (!whole) return Optional.empty();
      layers.complete(name);
      return Optional.of(name);
    } finally {
      if (!whole) discard(draft);
    }
  }

  /** Whoever waits for the start need not wait for this too. */
  private void discard(Path draft) {
    try {
      layers.discard(draft);
    } catch (IOException e) {
      LOG.warn("{} stays until it is made again", draft, e);
    }
    discarded.run();
  }

  /** What it lies on is written first: so that stays. */
  private static void draft(Path draft, Ground ground, UserId owner)
      throws IOException, InterruptedException {
    WorkspaceFolder.delete(draft);
    Files.createDirectories(draft);
    ground.write(draft);
    LayerFolders.own(draft, owner);
  }
}
