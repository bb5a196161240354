package dev.berth.snapshots.repository;

import dev.berth.snapshots.format.ChunkName;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Set;

/**
 * A set of chunks: a bit for each that the catalog knows, so that a million take next to nothing;
 * the few that it does not know by name. For one thread.
 */
public final class ChunkMarks {
  private final Catalog catalog;
  private final BitSet known = new BitSet();
  private final Set<ChunkName> others = new HashSet<>();

  /** No chunk. */
  public ChunkMarks(Catalog catalog) {
    this.catalog = catalog;
  }

  /** Adds one; false where it was there. */
  public boolean add(ChunkName name) {
    int number = catalog.number(name);
    if (number < 0) return others.add(name);
    if (known.get(number)) return false;
    known.set(number);
    return true;
  }

  public boolean has(ChunkName name) {
    int number = catalog.number(name);
    return number < 0 ? others.contains(name) : known.get(number);
  }
}
