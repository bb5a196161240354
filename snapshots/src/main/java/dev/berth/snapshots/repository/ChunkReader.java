package dev.berth.snapshots.repository;

import dev.berth.base.process.Beside;
import dev.berth.objects.ObjectName;
import dev.berth.snapshots.format.ChunkNamer;
import dev.berth.snapshots.format.ChunkRef;
import dev.berth.snapshots.format.Damaged;
import dev.berth.snapshots.format.Sealed;
import java.io.IOException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.FutureTask;

/**
 * Reads chunks, each checked against its name. Keeps the blocks that it opened last, since the
 * chunks of a folder's files stand together. Safe for all threads.
 */
public final class ChunkReader {
  private final Repository repository;
  private final long mostBytes;
  private volatile Catalog catalog;
  private final Map<Catalog.BlockAt, FutureTask<byte[]>> opened =
      new LinkedHashMap<>(64, 0.75f, true);
  private long openedBytes;
  private final Map<ObjectName, byte[]> headers = new ConcurrentHashMap<>();
  private final ThreadLocal<ChunkNamer> namers;

  /** A reader that keeps blocks of at most {@code mostBytes} together. */
  public ChunkReader(Repository repository, Catalog catalog, long mostBytes) {
    this.repository = repository;
    this.catalog = catalog;
    this.mostBytes = mostBytes;
    this.namers = ThreadLocal.withInitial(() -> repository.keys().chunkNamer());
  }

  public Slice read(ChunkRef chunk) throws IOException, InterruptedException {
    try {
      return read(chunk, catalog);
    } catch (Gone _) {
      // A prune has moved it since the catalog was loaded: there must be a newer place.
      catalog = Catalog.load(repository);
      try {
        return read(chunk, catalog);
      } catch (Gone e) {
        throw new Damaged(String.valueOf(e.getMessage()), e);
      }
    }
  }

  private Slice read(ChunkRef chunk, Catalog from) throws IOException, InterruptedException {
    var at =
        from.find(chunk.name())
            .orElseThrow(() -> new Gone("chunk %s is in no pack".formatted(chunk.name())));
    if (at.length() != chunk.lengthBytes())
      throw new Damaged("a chunk has another length than it says");
    var block = block(at.block());
    if (!namers.get().name(block, at.offset(), at.length()).equals(chunk.name())) {
      throw new Damaged(
          "%s: a chunk has other bytes than its name says".formatted(at.block().pack()));
    }
    return new Slice(block, at.offset(), at.length());
  }

  private byte[] block(Catalog.BlockAt block) throws IOException, InterruptedException {
    FutureTask<byte[]> task;
    synchronized (this) {
      var there = opened.get(block);
      if (there == null) {
        there = new FutureTask<>(() -> open(block));
        opened.put(block, there);
        openedBytes += block.plainBytes();
        forgetOldest();
      }
      task = there;
    }
    task.run(); // whoever comes first does it, the others wait
    try {
      return Beside.resultOf(task);
    } catch (IOException | RuntimeException e) {
      forget(block, task);
      throw e;
    }
  }

  private void forgetOldest() {
    for (Iterator<Catalog.BlockAt> all = opened.keySet().iterator();
        openedBytes > mostBytes && opened.size() > 1 && all.hasNext(); ) {
      openedBytes -= all.next().plainBytes();
      all.remove();
    }
  }

  private synchronized void forget(Catalog.BlockAt block, FutureTask<byte[]> task) {
    if (opened.remove(block, task)) openedBytes -= block.plainBytes();
  }

  private byte[] open(Catalog.BlockAt block) throws IOException, InterruptedException {
    try {
      return openOnce(block);
    } catch (Damaged e) {
      headers.remove(block.pack());
      if (!repository.store().heal(block.pack())) throw e;
      return openOnce(block);
    }
  }

  private byte[] openOnce(Catalog.BlockAt block) throws IOException, InterruptedException {
    var header = headers.get(block.pack());
    if (header == null) {
      header = bytes(block.pack(), 0, Sealed.HEADER_BYTES);
      headers.put(block.pack(), header);
    }
    var sealed = bytes(block.pack(), block.offset(), block.sealedBytes());
    try {
      return Blocks.open(
          repository.keys(),
          header,
          block.section(),
          sealed,
          0,
          sealed.length,
          block.plainBytes(),
          block.zstandard());
    } catch (Damaged e) {
      throw new Damaged(block.pack() + ": " + e.getMessage(), e);
    }
  }

  private byte[] bytes(ObjectName pack, long offset, int length)
      throws IOException, InterruptedException {
    var bytes =
        repository
            .store()
            .read(pack, offset, length)
            .orElseThrow(() -> new Gone(pack + " is not there"));
    if (bytes.length != length) throw new Damaged(pack + " is too short");
    return bytes;
  }

  /** The catalog may be older than the store. */
  private static final class Gone extends IOException {
    private static final long serialVersionUID = 1;

    Gone(String what) {
      super(what);
    }
  }
}
