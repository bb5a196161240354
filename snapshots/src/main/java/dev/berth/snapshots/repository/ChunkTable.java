package dev.berth.snapshots.repository;

import dev.berth.snapshots.format.ChunkName;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Where each chunk is. A million chunks take 36 MB: names and places are in pages of plain numbers,
 * which never move; only the slots, 4 bytes each, are made anew when there are too few. Of a name
 * the first 128 bits are kept, which no two of a keyed hash have in common. All methods lock.
 */
final class ChunkTable {
  /** What may be done with a known chunk. */
  enum State {
    /** It is in a pack that a save may count on. */
    USABLE(0),
    /** It is in a pack that will go, or may not be there: to be read at most. */
    READABLE(1),
    /** Somebody is writing it in this very save. */
    CLAIMED(2);

    /** In two bits of a place. */
    private final int bits;

    State(int bits) {
      this.bits = bits;
    }

    static State of(int bits) {
      return bits == USABLE.bits ? USABLE : bits == READABLE.bits ? READABLE : CLAIMED;
    }
  }

  private static final int PAGE = 1 << 14;

  /** Numbers that a name takes. */
  private static final int NAME = 2;

  private final List<long[]> names = new ArrayList<>();
  private final List<int[]> places = new ArrayList<>();
  private int[] slots = emptySlots(1 << 12);
  private int count;

  /**
   * Where the chunk is: number of the block, bytes in it before the chunk; block -1 when claimed.
   */
  record Place(int block, int offset, int length, State state) {}

  synchronized Place find(ChunkName name, Place otherwise) {
    int entry = slots[slot(name)];
    return entry < 0 ? otherwise : place(entry);
  }

  /** Adds a chunk, unless it is known as well or better. */
  synchronized void add(ChunkName name, int block, int offset, int length, State state) {
    int slot = slot(name);
    if (slots[slot] < 0) {
      append(name, slot);
      set(count - 1, block, offset, length, state);
    } else if (state == State.USABLE && place(slots[slot]).state == State.READABLE) {
      set(slots[slot], block, offset, length, state);
    }
  }

  /** Whether the caller must write this chunk, since nobody has and nobody else will. */
  synchronized boolean claim(ChunkName name, int length) {
    int slot = slot(name);
    if (slots[slot] < 0) {
      append(name, slot);
      set(count - 1, -1, 0, length, State.CLAIMED);
      return true;
    }
    var place = place(slots[slot]);
    if (place.state != State.READABLE) return false;
    set(slots[slot], place.block, place.offset, place.length, State.CLAIMED);
    return true;
  }

  synchronized int count() {
    return count;
  }

  /** The chunk's own number, below {@link #count}; -1 where it is not known. */
  synchronized int number(ChunkName name) {
    return slots[slot(name)];
  }

  private int slot(ChunkName name) {
    int mask = slots.length - 1;
    int slot = (int) name.a() & mask; // a keyed hash is as good as random
    while (slots[slot] >= 0 && !is(slots[slot], name)) slot = (slot + 1) & mask;
    return slot;
  }

  private boolean is(int entry, ChunkName name) {
    var page = names.get(entry / PAGE);
    int at = entry % PAGE * NAME;
    return page[at] == name.a() && page[at + 1] == name.b();
  }

  private void append(ChunkName name, int slot) {
    if (count % PAGE == 0) {
      names.add(new long[PAGE * NAME]);
      places.add(new int[PAGE * 3]);
    }
    var page = names.get(count / PAGE);
    int at = count % PAGE * NAME;
    page[at] = name.a();
    page[at + 1] = name.b();
    slots[slot] = count++;
    if (count > slots.length / 2) rehash();
  }

  private void rehash() {
    int more = slots.length * 2;
    slots = emptySlots(more);
    for (int entry = 0; entry < count; entry++) {
      int slot = (int) names.get(entry / PAGE)[entry % PAGE * NAME] & (more - 1);
      while (slots[slot] >= 0) slot = (slot + 1) & (more - 1);
      slots[slot] = entry;
    }
  }

  private static int[] emptySlots(int count) {
    var slots = new int[count];
    Arrays.fill(slots, -1);
    return slots;
  }

  private void set(int entry, int block, int offset, int length, State state) {
    var page = places.get(entry / PAGE);
    int at = entry % PAGE * 3;
    page[at] = block;
    page[at + 1] = offset;
    page[at + 2] = length << 2 | state.bits; // at most 4 MiB
  }

  private Place place(int entry) {
    var page = places.get(entry / PAGE);
    int at = entry % PAGE * 3;
    return new Place(page[at], page[at + 1], page[at + 2] >> 2, State.of(page[at + 2] & 3));
  }
}
