package dev.berth.snapshots.save;

import dev.berth.base.Problem;
import dev.berth.objects.ObjectName;
import dev.berth.snapshots.chunk.Chunker;
import dev.berth.snapshots.format.ByteWriter;
import dev.berth.snapshots.format.Damaged;
import dev.berth.snapshots.format.Entry;
import dev.berth.snapshots.format.Kind;
import dev.berth.snapshots.format.Names;
import dev.berth.snapshots.format.SaveId;
import dev.berth.snapshots.format.Snapshot;
import dev.berth.snapshots.repository.Catalog;
import dev.berth.snapshots.repository.ChunkReader;
import dev.berth.snapshots.repository.ChunkWriter;
import dev.berth.snapshots.repository.Repository;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.Optional;

/**
 * Saves a folder tree as a new snapshot of a series. The order of its writes is that of {@code
 * docs/formats/snapshots.md}: announce, look, write packs and index, and at last the snapshot.
 */
public final class Save {
  /** Trees of the parent snapshot that are kept open; a walk reads them in order. */
  private static final long TREE_BYTES = 8L << 20;

  private final Repository repository;
  private final Clock clock;
  private final int threads;
  private final Scope scope;

  /** Saves into {@code repository}, reading with so many threads. */
  public Save(Repository repository, Clock clock, int threads) {
    this(repository, clock, threads, Scope.ALL);
  }

  /** The same of a part of the tree. */
  public Save(Repository repository, Clock clock, int threads, Scope scope) {
    this.repository = repository;
    this.clock = clock;
    this.threads = threads;
    this.scope = scope;
  }

  /** The snapshot of {@code folder} now, once it can be restored. */
  public Snapshot run(Path folder, String series) throws IOException, InterruptedException {
    return run(Stack.of(folder), series, true, Optional.empty(), () -> {}).orElseThrow();
  }

  /**
   * The same; none is made where the series' newest has all of it as it is.
   *
   * @param origin what the files were made of, perhaps: of what is still the same there nothing is
   *     read, where the series has no snapshot yet
   */
  public Optional<Snapshot> runIfChanged(Stack stack, String series, Optional<Snapshot> origin)
      throws IOException, InterruptedException {
    return runIfChanged(stack, series, origin, () -> {});
  }

  /**
   * The same.
   *
   * @param written is run when all is in the store but the snapshot itself
   */
  public Optional<Snapshot> runIfChanged(
      Stack stack, String series, Optional<Snapshot> origin, Runnable written)
      throws IOException, InterruptedException {
    return run(stack, series, false, origin, written);
  }

  private Optional<Snapshot> run(
      Stack stack, String series, boolean always, Optional<Snapshot> origin, Runnable written)
      throws IOException, InterruptedException {
    var began = clock.instant();
    var id = SaveId.at(began);
    var announcement = Names.announcement(repository.keys(), series, id);
    repository.put(Kind.ANNOUNCEMENT, announcement, new byte[0]);
    Snapshot snapshot;
    boolean wanted;
    try {
      var parent = repository.newest(series);
      snapshot = write(stack, series, id, parent.or(() -> origin));
      written.run();
      wanted = always || parent.isEmpty() || !same(parent.get(), snapshot);
      if (wanted) commit(snapshot);
    } catch (IOException | InterruptedException | RuntimeException | Error e) {
      retract(announcement, e);
      throw e;
    }
    repository.store().delete(announcement);
    return wanted ? Optional.of(snapshot) : Optional.empty();
  }

  /** The root's entry holds the names of all that is below it. */
  private static boolean same(Snapshot before, Snapshot now) {
    return Arrays.equals(before.root(), now.root());
  }

  private void retract(ObjectName announcement, Throwable why) throws InterruptedException {
    try {
      repository.store().delete(announcement);
    } catch (IOException | RuntimeException e) {
      why.addSuppressed(e); // a prune will revoke it when it is old
    }
  }

  private Snapshot write(Stack stack, String series, SaveId id, Optional<Snapshot> parent)
      throws IOException, InterruptedException {
    var began = clock.instant();
    var catalog = Catalog.load(repository);
    var findings = new Findings();
    var counts = new Counts();
    try (var writer = new ChunkWriter(repository, catalog, threads)) {
      var chunks = new ChunkReader(repository, catalog, TREE_BYTES);
      var chunker = new Chunker(repository.keys().gear());
      var walk = new Walk(catalog, chunks, writer, chunker, findings, counts, clock);
      var root = walk.run(stack, scope, root(parent), threads);
      writer.finish();
      var bytes = new ByteWriter(256);
      root.write(bytes);
      return new Snapshot(
          Snapshot.VERSION,
          id,
          series,
          began,
          clock.instant(),
          parent.map(Snapshot::id),
          bytes.toArray(),
          new Snapshot.Totals(
              counts.files.sum(),
              counts.folders.sum(),
              counts.others.sum(),
              counts.bytes.sum(),
              counts.readFiles.sum(),
              writer.newBytes(),
              writer.storedBytes()),
          findings.first(),
          findings.more());
    }
  }

  /** A parent that is damaged is none: all files are read again. */
  private static Optional<Entry.Folder> root(Optional<Snapshot> parent) {
    try {
      return parent.isEmpty() ? Optional.empty() : Optional.of(parent.get().rootEntry());
    } catch (Damaged _) {
      return Optional.empty();
    }
  }

  private void commit(Snapshot snapshot) throws IOException, InterruptedException {
    var name = Names.snapshot(repository.keys(), snapshot.series(), snapshot.id());
    if (repository.put(Kind.SNAPSHOT, name, snapshot.bytes())) return;
    throw new Problem.Conflict(
        "The save %s of %s took so long that a prune has revoked it."
            .formatted(snapshot.id(), snapshot.series()),
        "Save again: what is in the store already is not written twice.");
  }
}
