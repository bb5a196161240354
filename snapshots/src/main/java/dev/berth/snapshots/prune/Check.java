package dev.berth.snapshots.prune;

import dev.berth.objects.Listing;
import dev.berth.objects.ObjectInfo;
import dev.berth.objects.ObjectName;
import dev.berth.snapshots.format.Block;
import dev.berth.snapshots.format.ChunkNamer;
import dev.berth.snapshots.format.Contents;
import dev.berth.snapshots.format.Damaged;
import dev.berth.snapshots.format.Names;
import dev.berth.snapshots.format.Sealed;
import dev.berth.snapshots.repository.Blocks;
import dev.berth.snapshots.repository.Catalog;
import dev.berth.snapshots.repository.ChunkMarks;
import dev.berth.snapshots.repository.ChunkReader;
import dev.berth.snapshots.repository.Packs;
import dev.berth.snapshots.repository.Repository;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Reads all of a repository and says what of it is damaged, and which files that touches. */
public final class Check {
  /** As many lines as somebody reads; the rest is counted. */
  private static final int MOST_LINES = 1000;

  private static final long BLOCK_BYTES = 16L << 20;

  private final Repository repository;
  private final Catalog catalog;
  private final ChunkMarks intact;
  private final List<Damage> damages = new ArrayList<>();
  private int more;

  /** Something that is damaged: an object, or a file or folder of a snapshot. */
  public record Damage(String where, String what) {}

  /**
   * What came out.
   *
   * @param moreDamages beyond those that are listed
   */
  public record Report(int packs, int snapshots, List<Damage> damages, int moreDamages) {
    public boolean isClean() {
      return damages.isEmpty();
    }
  }

  private Check(Repository repository, Catalog catalog) {
    this.repository = repository;
    this.catalog = catalog;
    this.intact = new ChunkMarks(catalog);
  }

  /** Reads every byte of {@code repository}. */
  public static Report run(Repository repository) throws IOException, InterruptedException {
    return new Check(repository, Catalog.load(repository)).run();
  }

  private Report run() throws IOException, InterruptedException {
    var packs = Listing.all(repository.store(), Names.PACKS);
    for (var pack : packs) checkPack(pack);
    for (var index : Listing.all(repository.store(), Names.INDEXES)) {
      try {
        Packs.index(repository, index.name(), _ -> {});
      } catch (Damaged e) {
        damage(index.name().text(), e.what());
      }
    }
    int snapshots = checkSnapshots();
    return new Report(packs.size(), snapshots, List.copyOf(damages), more);
  }

  private void damage(String where, String what) {
    if (damages.size() < MOST_LINES) {
      damages.add(new Damage(where, what));
    } else {
      more++;
    }
  }

  private void checkPack(ObjectInfo info) throws IOException, InterruptedException {
    var object = Packs.named(repository.store(), info.name());
    if (object.isEmpty()) return; // a prune has deleted it since
    var bytes = object.get();
    var name = info.name();
    if (!Packs.isNamed(bytes, name)) {
      damage(name.text(), "its bytes are not those of its name");
    }
    Contents contents;
    try {
      contents = Packs.contents(repository, bytes);
    } catch (Damaged e) {
      damage(name.text(), e.what());
      return;
    }
    var namer = repository.keys().chunkNamer();
    int at = Sealed.HEADER_BYTES;
    int section = 0;
    for (var block : contents.blocks()) {
      checkBlock(name, bytes, at, section++, block, namer);
      at += block.sealedBytes();
    }
  }

  private void checkBlock(
      ObjectName pack, byte[] bytes, int at, int section, Block block, ChunkNamer namer) {
    try {
      if (at + block.sealedBytes() > bytes.length) throw new Damaged("it is too short");
      var header = Arrays.copyOf(bytes, Sealed.HEADER_BYTES);
      var plain =
          Blocks.open(
              repository.keys(),
              header,
              section,
              bytes,
              at,
              block.sealedBytes(),
              block.plainBytes(),
              block.zstandard());
      int inside = 0;
      for (var chunk : block.chunks()) {
        if (namer.name(plain, inside, chunk.lengthBytes()).equals(chunk.name())) {
          intact.add(chunk.name());
        } else {
          damage(pack.text(), "a chunk has other bytes than its name says");
        }
        inside += chunk.lengthBytes();
      }
    } catch (Damaged e) {
      damage(pack.text(), e.what());
    }
  }

  private int checkSnapshots() throws IOException, InterruptedException {
    int checked = 0;
    var chunks = new ChunkReader(repository, catalog, BLOCK_BYTES);
    for (var object : Listing.all(repository.store(), Names.SNAPSHOTS)) {
      try {
        var snapshot = repository.snapshot(object.name());
        if (snapshot.isEmpty()) continue;
        checked++;
        var where = "%s of %s, ".formatted(snapshot.get().id(), snapshot.get().series());
        // Each snapshot by itself: a damaged folder that two share is told for both.
        new Reached(chunks, catalog)
            .add(
                snapshot.get(),
                (path, content) -> {
                  if (content.stream().anyMatch(chunk -> !intact.has(chunk.name()))) {
                    damage(where + path, "some of its bytes are lost");
                  }
                },
                (path, why) -> damage(where + path, "cannot be read: " + why.getMessage()));
      } catch (Damaged e) {
        damage(object.name().text(), e.what());
      }
    }
    return checked;
  }
}
