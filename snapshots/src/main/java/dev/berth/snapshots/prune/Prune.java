package dev.berth.snapshots.prune;

import dev.berth.objects.Listing;
import dev.berth.objects.ObjectInfo;
import dev.berth.objects.ObjectName;
import dev.berth.snapshots.format.ByteReader;
import dev.berth.snapshots.format.ByteWriter;
import dev.berth.snapshots.format.ChunkName;
import dev.berth.snapshots.format.ChunkRef;
import dev.berth.snapshots.format.Contents;
import dev.berth.snapshots.format.Damaged;
import dev.berth.snapshots.format.Kind;
import dev.berth.snapshots.format.Names;
import dev.berth.snapshots.format.PackKind;
import dev.berth.snapshots.format.SaveId;
import dev.berth.snapshots.format.Snapshot;
import dev.berth.snapshots.repository.Catalog;
import dev.berth.snapshots.repository.ChunkMarks;
import dev.berth.snapshots.repository.ChunkReader;
import dev.berth.snapshots.repository.ChunkWriter;
import dev.berth.snapshots.repository.Packs;
import dev.berth.snapshots.repository.Repository;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Deletes packs that no snapshot needs, beside saves that go on. One run condemns, a later one,
 * when every save has ended that could not know of it, looks again and deletes. Why that hurts no
 * save stands in {@code docs/formats/snapshots.md}. May be killed at any moment and run again.
 */
public final class Prune {
  /** A pack of which less is needed than that is written anew without the rest. */
  private static final double WORTH_KEEPING = 0.6;

  /** Smaller packs, which saves of little leave, are put together when there are some. */
  private static final long SMALL_BYTES = 2 << 20;

  private static final int SOME = 16;

  private static final long BLOCK_BYTES = 8L << 20;

  private final Repository repository;
  private final Clock clock;
  private final Duration grace;
  private final Duration patience;

  /**
   * Prunes {@code repository}.
   *
   * @param grace how long packs stay that are new or condemned; longer than the store's lists lag
   * @param patience how old an announcement must be before its save is revoked
   */
  public Prune(Repository repository, Clock clock, Duration grace, Duration patience) {
    this.repository = repository;
    this.clock = clock;
    this.grace = grace;
    this.patience = patience;
  }

  /**
   * What a run did.
   *
   * @param condemned packs that the next run may delete
   * @param deleted packs
   * @param rewritten packs of which the needed part was copied to new ones
   * @param waiting saves that must end before what was condemned can go
   */
  public record Report(int condemned, int deleted, int rewritten, int waiting) {}

  public Report run() throws IOException, InterruptedException {
    var waiting = revokeOld();
    int deleted = sweep();
    var state = look();
    var copied = rewrite(state);
    if (!copied.isEmpty()) state = look();
    var goes = superfluous(state);
    if (!goes.isEmpty()) condemn(goes);
    if (deleted > 0 || areManyIndexes()) mergeIndexes();
    return new Report(goes.size(), deleted, copied.size(), waiting);
  }

  /**
   * What the repository holds and what of it is needed.
   *
   * @param contents of each pack, as bytes: of a million chunks they are 34 MB, and else twice that
   */
  private record State(
      Map<ObjectName, ObjectInfo> listed,
      Map<ObjectName, byte[]> contents,
      Set<ObjectName> condemned,
      ChunkMarks needed,
      Catalog catalog) {
    /** Packs that a save may count on. */
    boolean isUsable(ObjectName pack) {
      return listed.containsKey(pack) && !condemned.contains(pack);
    }
  }

  private State look() throws IOException, InterruptedException {
    var catalog = Catalog.load(repository);
    var needed = needed(catalog);
    var listed = new HashMap<ObjectName, ObjectInfo>();
    Listing.each(repository.store(), Names.PACKS, pack -> listed.put(pack.name(), pack));
    return new State(
        listed, contents(listed.values()), Catalog.condemned(repository), needed, catalog);
  }

  private ChunkMarks needed(Catalog catalog) throws IOException, InterruptedException {
    var needed = new ChunkMarks(catalog);
    var reached = new Reached(new ChunkReader(repository, catalog, BLOCK_BYTES), catalog);
    for (var object : Listing.all(repository.store(), Names.SNAPSHOTS)) {
      var snapshot = repository.snapshot(object.name());
      if (snapshot.isEmpty()) continue;
      // What cannot be read cannot be known to be superfluous: then nothing is deleted at all.
      reached.add(
          snapshot.get(),
          (_, content) -> content.forEach(chunk -> needed.add(chunk.name())),
          (path, why) -> {
            throw new Damaged("%s at %s: %s".formatted(object.name(), path, why.getMessage()), why);
          });
    }
    return needed;
  }

  private Map<ObjectName, byte[]> contents(Iterable<ObjectInfo> packs)
      throws IOException, InterruptedException {
    var all = new HashMap<ObjectName, byte[]>();
    for (var index : Listing.all(repository.store(), Names.INDEXES)) {
      try {
        Packs.index(repository, index.name(), pack -> all.put(pack.name(), bytes(pack.contents())));
      } catch (Damaged _) {
        // its packs are looked at one by one
      }
    }
    for (var pack : packs) {
      if (all.containsKey(pack.name())) continue;
      try {
        all.put(pack.name(), bytes(Packs.contents(repository, pack)));
      } catch (Damaged _) {
        // of no use to anybody
        all.put(pack.name(), bytes(new Contents(PackKind.DATA, List.of())));
      }
    }
    return all;
  }

  private static byte[] bytes(Contents contents) {
    var out = new ByteWriter(1 << 10);
    contents.write(out);
    return out.toArray();
  }

  private boolean isOld(ObjectInfo object, Duration age) {
    return !object.written().plus(age).isAfter(clock.instant());
  }

  // ---- saves

  /** Revokes saves that have taken longer than any can; answers how many others go on. */
  private int revokeOld() throws IOException, InterruptedException {
    int others = 0;
    for (var announcement : Listing.all(repository.store(), Names.SAVES)) {
      if (!isOld(announcement, patience)) {
        others++;
        continue;
      }
      // Where it has ended after all, its snapshot keeps the name.
      repository.put(Kind.SNAPSHOT, Names.snapshotOf(announcement.name()), Snapshot.revoked());
      repository.store().delete(announcement.name());
    }
    return others;
  }

  // ---- condemning

  /** Old enough packs of which every needed chunk is in another pack too. */
  private List<ObjectName> superfluous(State state) throws Damaged {
    // A chunk's keeper is the first usable pack that has it, by name, so that two never both go.
    var kept = new ChunkMarks(state.catalog);
    var keepers = new HashSet<ObjectName>();
    for (var pack : state.contents.keySet().stream().sorted(young(state)).toList()) {
      if (!state.isUsable(pack)) continue;
      for (var block : contentsOf(state, pack).blocks()) {
        for (var chunk : block.chunks()) {
          if (state.needed.has(chunk.name()) && kept.add(chunk.name())) keepers.add(pack);
        }
      }
    }
    return state.listed.values().stream()
        .filter(pack -> state.isUsable(pack.name()) && !keepers.contains(pack.name()))
        .filter(pack -> isOld(pack, grace))
        .map(ObjectInfo::name)
        .toList();
  }

  /** Newest first: copies that a prune made are preferred to what they were copied from. */
  private static Comparator<ObjectName> young(State state) {
    return Comparator.<ObjectName, Instant>comparing(name ->
            Optional.ofNullable(state.listed.get(name))
                .map(ObjectInfo::written)
                .orElse(Instant.EPOCH))
        .reversed()
        .thenComparing(Comparator.naturalOrder());
  }

  private static Contents contentsOf(State state, ObjectName pack) throws Damaged {
    var contents = state.contents.get(pack);
    if (contents == null) throw new IllegalStateException("every listed pack was looked at");
    return Contents.read(new ByteReader(contents));
  }

  private void condemn(List<ObjectName> packs) throws IOException, InterruptedException {
    var plain = new ByteWriter(packs.size() * ChunkName.BYTES);
    for (var pack : packs) plain.raw(HexFormat.of().parseHex(pack.last()));
    var id = SaveId.at(clock.instant());
    repository.put(Kind.CONDEMNED, Names.CONDEMNED.with(id.text()), plain.toArray());
    putWaits(id.text());
  }

  /** The saves that are under way now, after the condemned set was written. */
  private void putWaits(String id) throws IOException, InterruptedException {
    var saves = new ArrayList<String>();
    Listing.each(repository.store(), Names.SAVES, save -> saves.add(save.name().text()));
    var plain = String.join("\n", saves).getBytes(StandardCharsets.US_ASCII);
    repository.put(Kind.WAITS, Names.WAITS.with(id), plain);
  }

  // ---- sweeping

  /** Deletes what earlier runs condemned, as far as it may go now. */
  private int sweep() throws IOException, InterruptedException {
    int deleted = 0;
    for (var set : Listing.all(repository.store(), Names.CONDEMNED)) {
      var id = set.name().last();
      var waits = repository.store().find(Names.WAITS.with(id));
      if (waits.isEmpty()) {
        putWaits(id); // a run was killed between the two
      } else if (isOld(set, grace) && isOld(waits.get(), grace) && allEnded(id)) {
        deleted += delete(set.name());
        repository.store().delete(set.name());
        repository.store().delete(Names.WAITS.with(id));
      }
    }
    return deleted;
  }

  private boolean allEnded(String id) throws IOException, InterruptedException {
    var plain = repository.open(Kind.WAITS, Names.WAITS.with(id)).orElse(new byte[0]);
    for (var save : new String(plain, StandardCharsets.US_ASCII).split("\n")) {
      if (save.isEmpty()) continue;
      var announcement = new ObjectName(save);
      boolean ended =
          repository.store().find(Names.snapshotOf(announcement)).isPresent()
              || repository.store().find(announcement).isEmpty();
      if (!ended) return false;
    }
    return true;
  }

  private int delete(ObjectName set) throws IOException, InterruptedException {
    var plain = repository.open(Kind.CONDEMNED, set);
    if (plain.isEmpty()) return 0;
    var state = look();
    var elsewhere = new ChunkMarks(state.catalog);
    for (var pack : state.contents.keySet()) {
      if (!state.isUsable(pack)) continue;
      for (var block : contentsOf(state, pack).blocks()) {
        for (var chunk : block.chunks()) elsewhere.add(chunk.name());
      }
    }
    int deleted = 0;
    for (var pack : Catalog.names(plain.get())) {
      if (!state.listed.containsKey(pack)) continue;
      boolean needed =
          contentsOf(state, pack).blocks().stream()
              .flatMap(block -> block.chunks().stream())
              .map(ChunkRef::name)
              .anyMatch(name -> state.needed.has(name) && !elsewhere.has(name));
      if (needed) continue; // a save used it before it was condemned: it is rescued with its set
      repository.store().delete(pack);
      deleted++;
    }
    return deleted;
  }

  private boolean areManyIndexes() throws IOException, InterruptedException {
    var indexes = Listing.all(repository.store(), Names.INDEXES);
    long bytes = indexes.stream().mapToLong(ObjectInfo::sizeBytes).sum();
    return indexes.size() > SOME + bytes / MOST_INDEX_BYTES;
  }

  /**
   * One set of indexes for all packs that are there, in place of those that there were; one index
   * in memory at a time.
   */
  private void mergeIndexes() throws IOException, InterruptedException {
    var old = Listing.all(repository.store(), Names.INDEXES);
    var left = new HashMap<ObjectName, ObjectInfo>();
    Listing.each(repository.store(), Names.PACKS, pack -> left.put(pack.name(), pack));
    var merged = new Merged();
    for (var index : old) {
      try {
        Packs.index(
            repository,
            index.name(),
            pack -> {
              var listed = left.remove(pack.name());
              if (listed != null) merged.add(listed, pack.contents());
            });
      } catch (Damaged _) {
        // its packs are looked at one by one
      }
      merged.writeWhereMuch();
    }
    for (var pack : left.values()) {
      try {
        merged.add(pack, Packs.contents(repository, pack));
      } catch (Damaged _) {
        // check tells
      }
      merged.writeWhereMuch();
    }
    merged.write();
    for (var index : old) {
      if (!merged.written.contains(index.name())) repository.store().delete(index.name());
    }
  }

  private static final int MOST_INDEX_BYTES = 4 << 20;

  private final class Merged {
    private final Set<ObjectName> written = new HashSet<>();
    private final ByteWriter packs = new ByteWriter(1 << 16);
    private int count;

    void add(ObjectInfo pack, Contents contents) {
      if (contents.blocks().isEmpty()) return;
      Packs.writeIndexed(pack.name(), pack.sizeBytes(), contents, packs);
      count++;
    }

    void writeWhereMuch() throws IOException, InterruptedException {
      if (packs.length() > MOST_INDEX_BYTES) write();
    }

    void write() throws IOException, InterruptedException {
      if (count == 0) return;
      written.add(Packs.putIndex(repository, count, packs));
      packs.drop(packs.length());
      count = 0;
    }
  }

  // ---- rewriting

  /** Copies what is needed out of packs that are mostly not, or tiny; answers those packs. */
  private List<ObjectName> rewrite(State state) throws IOException, InterruptedException {
    var goes = worthRewriting(state);
    if (goes.isEmpty()) return goes;
    var threads = 1; // it has all night
    var chunks = new ChunkReader(repository, state.catalog, BLOCK_BYTES);
    // An empty catalog: what is copied must be written although it is known.
    try (var writer = new ChunkWriter(repository, Catalog.empty(), threads)) {
      var lane = writer.lane();
      for (var pack : goes) {
        var contents = contentsOf(state, pack);
        for (var block : contents.blocks()) {
          for (var chunk : block.chunks()) {
            if (!state.needed.has(chunk.name())) continue;
            var bytes = chunks.read(chunk);
            lane.put(contents.kind(), bytes.array(), bytes.offset(), bytes.length());
          }
        }
      }
      lane.flush();
      writer.finish();
    }
    return goes;
  }

  private List<ObjectName> worthRewriting(State state) throws Damaged {
    var wasteful = new ArrayList<ObjectName>();
    var small = new ArrayList<ObjectName>();
    for (var pack : state.listed.values()) {
      if (!state.isUsable(pack.name()) || !isOld(pack, grace)) continue;
      long all = 0;
      long needed = 0;
      for (var block : contentsOf(state, pack.name()).blocks()) {
        for (var chunk : block.chunks()) {
          all += chunk.lengthBytes();
          if (state.needed.has(chunk.name())) needed += chunk.lengthBytes();
        }
      }
      if (needed == 0) continue;
      if (needed < all * WORTH_KEEPING) {
        wasteful.add(pack.name());
      } else if (pack.sizeBytes() < SMALL_BYTES) {
        small.add(pack.name());
      }
    }
    if (small.size() >= SOME) wasteful.addAll(small);
    return wasteful;
  }
}
