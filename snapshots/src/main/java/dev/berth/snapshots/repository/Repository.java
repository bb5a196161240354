package dev.berth.snapshots.repository;

import dev.berth.base.Problem;
import dev.berth.objects.Listing;
import dev.berth.objects.ObjectName;
import dev.berth.objects.ObjectStore;
import dev.berth.snapshots.format.Damaged;
import dev.berth.snapshots.format.Kind;
import dev.berth.snapshots.format.Names;
import dev.berth.snapshots.format.OwnerKeys;
import dev.berth.snapshots.format.SaveId;
import dev.berth.snapshots.format.Sealed;
import dev.berth.snapshots.format.Snapshot;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** All objects of one owner, with the keys to them. */
public record Repository(ObjectStore store, OwnerKeys keys) {
  /** The repository in {@code store}, which is made where there is none. */
  public static Repository open(ObjectStore store, OwnerKeys keys)
      throws IOException, InterruptedException {
    var expected = keys.formatObject();
    var there = store.read(Names.FORMAT);
    if (there.isEmpty() && !store.putIfAbsent(Names.FORMAT, ByteBuffer.wrap(expected))) {
      there = store.read(Names.FORMAT); // another was faster
    }
    boolean other = there.isPresent() && !Arrays.equals(there.get(), expected);
    if (other && store.heal(Names.FORMAT)) {
      there = store.read(Names.FORMAT);
      other = there.isPresent() && !Arrays.equals(there.get(), expected);
    }
    if (other) {
      throw new Problem.Refused(
          "The snapshots in this store were written with another key, or by a newer version.",
          "Use the installation's key that they were written with.");
    }
    return new Repository(store, keys);
  }

  /** The ids of a series' snapshots, oldest first; some may turn out to be revoked. */
  public List<SaveId> ids(String series) throws IOException, InterruptedException {
    var ids = new ArrayList<SaveId>();
    Listing.each(
        store, Names.snapshots(keys, series), object -> ids.add(new SaveId(object.name().last())));
    return ids;
  }

  /** All snapshots of a series that can be read, oldest first; check tells of the others. */
  public List<Snapshot> snapshots(String series) throws IOException, InterruptedException {
    var snapshots = new ArrayList<Snapshot>();
    for (var id : ids(series)) {
      try {
        snapshot(Names.snapshot(keys, series, id)).ifPresent(snapshots::add);
      } catch (Damaged _) {
        // the others can be had nevertheless
      }
    }
    return snapshots;
  }

  public Optional<Snapshot> newest(String series) throws IOException, InterruptedException {
    return newest(series, Optional.empty());
  }

  /**
   * The same, of those that are older than {@code before} where that is named. Reads no others, but
   * such as turn out to be none.
   */
  public Optional<Snapshot> newest(String series, Optional<SaveId> before)
      throws IOException, InterruptedException {
    for (var id : ids(series).reversed()) {
      if (before.filter(than -> id.compareTo(than) >= 0).isPresent()) continue;
      try {
        var snapshot = snapshot(Names.snapshot(keys, series, id));
        if (snapshot.isPresent()) return snapshot;
      } catch (Damaged _) {
        // the one before it is the newest that can be had; check tells of the damage
      }
    }
    return Optional.empty();
  }

  public Snapshot find(String series, SaveId id) throws IOException, InterruptedException {
    return snapshot(Names.snapshot(keys, series, id))
        .orElseThrow(() ->
            new Problem.Missing(
                "There is no snapshot %s of %s.".formatted(id, series),
                "List the snapshots that there are."));
  }

  /** Whether there is such a snapshot, as far as its name tells. */
  public boolean has(String series, SaveId id) throws IOException, InterruptedException {
    return store.find(Names.snapshot(keys, series, id)).isPresent();
  }

  /** The snapshot under that name; empty where none is, or its save was revoked. */
  public Optional<Snapshot> snapshot(ObjectName name) throws IOException, InterruptedException {
    var plain = open(Kind.SNAPSHOT, name);
    if (plain.isEmpty()) return Optional.empty();
    try {
      return switch (Snapshot.read(plain.get())) {
        case Snapshot.Outcome.Complete(var snapshot) -> Optional.of(snapshot);
        case Snapshot.Outcome.Revoked _ -> Optional.empty();
      };
    } catch (Damaged e) {
      throw new Damaged(name + ": " + e.getMessage(), e);
    }
  }

  /** Lets a snapshot stay as long as its series, which {@link #release} ends; may be repeated. */
  public void keep(String series, SaveId id) throws IOException, InterruptedException {
    put(Kind.KEPT, Names.kept(keys, series).with(id.text()), new byte[0]);
  }

  public void release(String series, SaveId id) throws IOException, InterruptedException {
    store.delete(Names.kept(keys, series).with(id.text()));
  }

  /** Which of a series' snapshots stay, oldest first. */
  public List<SaveId> kept(String series) throws IOException, InterruptedException {
    return Listing.all(store, Names.kept(keys, series)).stream()
        .map(mark -> new SaveId(mark.name().last()))
        .toList();
  }

  /** Deletes a snapshot; what only it needed goes with the next prune. */
  public void delete(Snapshot snapshot) throws IOException, InterruptedException {
    delete(snapshot.series(), snapshot.id());
  }

  /** The same of one that perhaps cannot be read. */
  public void delete(String series, SaveId id) throws IOException, InterruptedException {
    release(series, id); // first: a mark that were left would be nobody's
    store.delete(Names.snapshot(keys, series, id));
  }

  /** The plain bytes of an object that opens under its name only. */
  public Optional<byte[]> open(Kind kind, ObjectName name)
      throws IOException, InterruptedException {
    try {
      return openOnce(kind, name);
    } catch (Damaged e) {
      if (!store.heal(name)) throw e;
      return openOnce(kind, name);
    }
  }

  private Optional<byte[]> openOnce(Kind kind, ObjectName name)
      throws IOException, InterruptedException {
    var object = store.read(name);
    if (object.isEmpty()) return Optional.empty();
    try {
      return Optional.of(Sealed.open(keys, kind, name.text(), object.get()));
    } catch (Damaged e) {
      throw new Damaged(name + ": " + e.getMessage(), e);
    }
  }

  /** Writes such an object; false where the name is taken. */
  public boolean put(Kind kind, ObjectName name, byte[] plain)
      throws IOException, InterruptedException {
    return store.putIfAbsent(name, ByteBuffer.wrap(Sealed.whole(keys, kind, name.text(), plain)));
  }
}
