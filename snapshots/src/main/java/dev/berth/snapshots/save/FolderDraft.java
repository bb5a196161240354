package dev.berth.snapshots.save;

import dev.berth.base.posix.Name;
import dev.berth.snapshots.chunk.Chunker;
import dev.berth.snapshots.format.ByteWriter;
import dev.berth.snapshots.format.ChunkRef;
import dev.berth.snapshots.format.Entry;
import dev.berth.snapshots.format.PackKind;
import dev.berth.snapshots.repository.ChunkWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A folder whose entries come in any order, from any thread, and are written in that of their
 * names. What is complete from the start on is written at once, so a folder of a million files
 * holds only the few that are on their way.
 */
final class FolderDraft {
  /** Where a folder is in its parent. */
  record Seat(FolderDraft parent, int slot) {}

  /** What came of a name: an entry, or nothing. */
  private record Filled(Optional<Entry> entry, long bytes) {
    static final Filled NOTHING = new Filled(Optional.empty(), 0);

    static Filled of(Optional<Entry> entry) {
      return entry.isEmpty() ? NOTHING : new Filled(entry, Held.bytes(entry.get()));
    }
  }

  /** What a folder may hold of its entries however much there is of others. */
  private static final int SMALL_BYTES = 8 << 10;

  private final Optional<Seat> seat;
  private final Entry.Traits traits;
  private final int depth;
  private final @Nullable Filled[] slots;
  private final Held held;
  private List<Union.Part> parts;
  private boolean goneThrough;
  private int reading;
  private int missing;
  private int drained;
  private final ByteWriter tree = new ByteWriter(256);
  private final List<ChunkRef> content = new ArrayList<>(1);

  FolderDraft(
      Optional<Seat> seat, Entry.Traits traits, List<Union.Part> parts, int entries, Held held) {
    this.seat = seat;
    this.traits = traits;
    this.parts = parts;
    this.depth = seat.map(at -> at.parent.depth + 1).orElse(0);
    this.slots = new Filled[entries];
    this.missing = entries;
    this.held = held;
  }

  /** Its folders in the layers that have it, open while it is gone through or a file is read. */
  synchronized List<Union.Part> parts() {
    return parts;
  }

  /** Whether they are still open; they stay so until {@link #unneeded}. */
  synchronized boolean staysOpen() {
    goneThrough = false;
    return !parts.isEmpty();
  }

  /** They were opened again. */
  synchronized void open(List<Union.Part> again) {
    goneThrough = false;
    parts = again;
  }

  /** Nobody goes through it now; what is to be closed. */
  synchronized List<Union.Part> unneeded() {
    goneThrough = true;
    return idle();
  }

  /** A file of it waits to be read. */
  synchronized void reads() {
    reading++;
  }

  /** One that waited was read; what is to be closed. */
  synchronized List<Union.Part> wasRead() {
    reading--;
    return idle();
  }

  private List<Union.Part> idle() {
    if (!goneThrough || reading > 0) return List.of();
    var closing = parts;
    parts = List.of();
    return closing;
  }

  int depth() {
    return depth;
  }

  Optional<Seat> seat() {
    return seat;
  }

  boolean isEmpty() {
    return slots.length == 0;
  }

  /** Puts an entry in its slot, or says that there is none; true when that was the last. */
  synchronized boolean put(int slot, Optional<Entry> entry, Chunker chunker, ChunkWriter.Lane lane)
      throws IOException {
    var filled = Filled.of(entry);
    slots[slot] = filled;
    missing--;
    int before = tree.length();
    long gone = 0;
    while (drained < slots.length) {
      var next = slots[drained];
      if (next == null) break;
      if (next.entry.isPresent()) next.entry.get().write(tree);
      gone += next.bytes;
      slots[drained] = null;
      drained++;
      if (tree.length() > Chunker.LARGEST_BYTES) cut(chunker, lane);
    }
    held.waits(filled.bytes - gone);
    held.written(tree.length() - before);
    if (tree.length() > SMALL_BYTES && held.isMuchWritten()) cutAll(chunker, lane);
    return missing == 0;
  }

  private void cutAll(Chunker chunker, ChunkWriter.Lane lane) throws IOException {
    held.written(-tree.length());
    while (tree.length() > 0) cut(chunker, lane);
  }

  private void cut(Chunker chunker, ChunkWriter.Lane lane) throws IOException {
    int length = chunker.length(tree.array(), 0, tree.length());
    content.add(lane.put(PackKind.TREES, tree.array(), 0, length));
    tree.drop(length);
  }

  /** The whole folder, once all entries are there. */
  synchronized Entry.Folder entry(Chunker chunker, ChunkWriter.Lane lane) throws IOException {
    cutAll(chunker, lane);
    return new Entry.Folder(traits, List.copyOf(content));
  }

  /** For a message: from the root of the tree, ending in a slash. */
  String path() {
    var steps = new ArrayList<String>();
    int letters = 0;
    for (Optional<Seat> at = Optional.of(new Seat(this, 0)); at.isPresent(); ) {
      var folder = at.get().parent;
      steps.add(folder.traits.name().toString());
      letters += steps.getLast().length();
      if (letters > 500) break; // a message is read by people
      at = folder.seat;
    }
    return String.join("/", steps.reversed()) + "/";
  }

  Name name() {
    return traits.name();
  }
}
