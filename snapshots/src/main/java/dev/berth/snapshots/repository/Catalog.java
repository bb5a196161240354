package dev.berth.snapshots.repository;

import dev.berth.objects.Listing;
import dev.berth.objects.ObjectInfo;
import dev.berth.objects.ObjectName;
import dev.berth.snapshots.format.ByteReader;
import dev.berth.snapshots.format.ChunkName;
import dev.berth.snapshots.format.ChunkRef;
import dev.berth.snapshots.format.Contents;
import dev.berth.snapshots.format.Damaged;
import dev.berth.snapshots.format.Kind;
import dev.berth.snapshots.format.Names;
import dev.berth.snapshots.format.Sealed;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Where every chunk is, as the store said at one moment. Safe for all threads. */
public final class Catalog {
  /** A block in a pack. */
  record BlockAt(
      ObjectName pack,
      int section,
      int offset,
      int sealedBytes,
      int plainBytes,
      boolean zstandard) {}

  /** A chunk in a block. */
  record ChunkAt(BlockAt block, int offset, int length) {}

  private static final ChunkTable.Place NOWHERE =
      new ChunkTable.Place(-1, 0, 0, ChunkTable.State.READABLE);

  private final ChunkTable chunks = new ChunkTable();
  private final List<BlockAt> blocks = new ArrayList<>();

  private Catalog() {}

  /** One that knows of nothing. */
  public static Catalog empty() {
    return new Catalog();
  }

  /** Reads what the store has now; packs that no index knows are looked at one by one. */
  public static Catalog load(Repository repository) throws IOException, InterruptedException {
    var catalog = new Catalog();
    var listed = new HashMap<ObjectName, ObjectInfo>();
    Listing.each(repository.store(), Names.PACKS, pack -> listed.put(pack.name(), pack));
    var condemned = condemned(repository);
    var seen = new HashSet<ObjectName>();
    for (var index : Listing.all(repository.store(), Names.INDEXES)) {
      try {
        Packs.index(
            repository,
            index.name(),
            pack -> {
              if (!seen.add(pack.name())) return;
              boolean usable = listed.containsKey(pack.name()) && !condemned.contains(pack.name());
              catalog.add(pack.name(), pack.contents(), usable);
            });
      } catch (Damaged _) {
        // costs a look at each of its packs, no more
      }
    }
    for (var pack : listed.values()) {
      if (seen.contains(pack.name())) continue;
      var contents = unindexed(repository, pack);
      if (contents.isPresent()) {
        catalog.add(pack.name(), contents.get(), !condemned.contains(pack.name()));
      }
    }
    return catalog;
  }

  /** What a damaged pack holds is as good as lost; a save writes it again. */
  private static Optional<Contents> unindexed(Repository repository, ObjectInfo pack)
      throws IOException, InterruptedException {
    try {
      return Optional.of(Packs.contents(repository, pack));
    } catch (Damaged _) {
      return healed(repository, pack.name());
    }
  }

  private static Optional<Contents> healed(Repository repository, ObjectName pack)
      throws IOException, InterruptedException {
    if (!repository.store().heal(pack)) return Optional.empty();
    var whole = repository.store().find(pack);
    if (whole.isEmpty()) return Optional.empty();
    try {
      return Optional.of(Packs.contents(repository, whole.get()));
    } catch (Damaged _) {
      return Optional.empty();
    }
  }

  /** All packs that will be deleted. */
  public static Set<ObjectName> condemned(Repository repository)
      throws IOException, InterruptedException {
    var all = new HashSet<ObjectName>();
    for (var set : Listing.all(repository.store(), Names.CONDEMNED)) {
      var plain = repository.open(Kind.CONDEMNED, set.name());
      if (plain.isEmpty()) continue;
      all.addAll(names(plain.get()));
    }
    return all;
  }

  /** The packs of a condemned set: 32 bytes each. */
  public static List<ObjectName> names(byte[] plain) throws Damaged {
    var in = new ByteReader(plain);
    var names = new ArrayList<ObjectName>();
    while (in.hasMore()) {
      names.add(Names.PACKS.with(HexFormat.of().formatHex(in.raw(ChunkName.BYTES))));
    }
    return names;
  }

  private void add(ObjectName pack, Contents contents, boolean usable) {
    var state = usable ? ChunkTable.State.USABLE : ChunkTable.State.READABLE;
    int offset = Sealed.HEADER_BYTES;
    int section = 0;
    for (var block : contents.blocks()) {
      int number = blocks.size();
      blocks.add(
          new BlockAt(
              pack, section++, offset, block.sealedBytes(), block.plainBytes(), block.zstandard()));
      offset += block.sealedBytes();
      int inside = 0;
      for (var chunk : block.chunks()) {
        chunks.add(chunk.name(), number, inside, chunk.lengthBytes(), state);
        inside += chunk.lengthBytes();
      }
    }
  }

  Optional<ChunkAt> find(ChunkName name) {
    var place = chunks.find(name, NOWHERE);
    if (place.block() < 0) return Optional.empty();
    return Optional.of(new ChunkAt(blocks.get(place.block()), place.offset(), place.length()));
  }

  /** Whether a new snapshot may refer to all these chunks as they are. */
  public boolean mayUse(List<ChunkRef> refs) {
    for (var ref : refs) {
      if (chunks.find(ref.name(), NOWHERE).state() == ChunkTable.State.READABLE) return false;
    }
    return true;
  }

  boolean claim(ChunkRef chunk) {
    return chunks.claim(chunk.name(), chunk.lengthBytes());
  }

  /** The chunk's number among those that are known, from 0 on; -1 where it is not. */
  int number(ChunkName name) {
    return chunks.number(name);
  }

  /** How many chunks are known. */
  public int count() {
    return chunks.count();
  }
}
