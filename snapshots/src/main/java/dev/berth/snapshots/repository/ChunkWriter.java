package dev.berth.snapshots.repository;

import dev.berth.base.process.Beside;
import dev.berth.snapshots.format.Block;
import dev.berth.snapshots.format.ByteWriter;
import dev.berth.snapshots.format.ChunkNamer;
import dev.berth.snapshots.format.ChunkRef;
import dev.berth.snapshots.format.Contents;
import dev.berth.snapshots.format.Kind;
import dev.berth.snapshots.format.Names;
import dev.berth.snapshots.format.PackKind;
import dev.berth.snapshots.format.Sealed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;

/**
 * Writes chunks that no usable pack has. Each thread fills blocks of its own through its {@link
 * Lane}; full blocks are compressed side by side, put into packs one after the other, and packs are
 * sent off while the next are filled.
 */
public final class ChunkWriter implements AutoCloseable {
  /** Object stores like requests of 8 to 32 MiB; the largest block fits in several times. */
  private static final int PACK_BYTES = 16 << 20;

  private static final int TREE_PACK_BYTES = 8 << 20;

  /** Compresses as well as larger ones do, and is little to read for one small file. */
  private static final int BLOCK_BYTES = 1 << 20;

  private static final int INDEX_BYTES = 8 << 20;

  /** Each holds a pack in memory. */
  private static final int SENT_AT_ONCE = 2;

  private final Repository repository;
  private final Catalog catalog;
  private final ThreadPoolExecutor sealers;
  private final ExecutorService senders = Executors.newFixedThreadPool(SENT_AT_ONCE);
  private final Semaphore toSend = new Semaphore(SENT_AT_ONCE);
  private final Deque<FutureTask<Void>> sending = new ArrayDeque<>();
  private final Map<PackKind, PackDraft> drafts = new EnumMap<>(PackKind.class);
  private final ByteWriter index = new ByteWriter(1 << 12);
  private int indexed;
  private final AtomicReference<IOException> failure = new AtomicReference<>();
  private final LongAdder newBytes = new LongAdder();
  private final LongAdder storedBytes = new LongAdder();

  public ChunkWriter(Repository repository, Catalog catalog, int threads) {
    this.repository = repository;
    this.catalog = catalog;
    // A full queue makes whoever brings a block seal it himself: so no more are in memory.
    this.sealers =
        new ThreadPoolExecutor(
            threads,
            threads,
            1,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(threads),
            new ThreadPoolExecutor.CallerRunsPolicy());
  }

  /** A way in, for one thread. */
  public Lane lane() {
    return new Lane();
  }

  public long newBytes() {
    return newBytes.sum();
  }

  public long storedBytes() {
    return storedBytes.sum();
  }

  /** One thread's way to write chunks. */
  public final class Lane {
    private final ChunkNamer namer = repository.keys().chunkNamer();
    private final Map<PackKind, BlockDraft> blocks = new EnumMap<>(PackKind.class);

    private Lane() {}

    /** The chunk of these bytes, which is written where it is new. */
    public ChunkRef put(PackKind kind, byte[] bytes, int offset, int length) throws IOException {
      throwFailure();
      var chunk = new ChunkRef(namer.name(bytes, offset, length), length);
      if (!catalog.claim(chunk)) return chunk;
      newBytes.add(length);
      var block = blocks.computeIfAbsent(kind, _ -> new BlockDraft());
      // A large chunk begins a block of its own, so that small files stay together.
      if (length >= BLOCK_BYTES / 2 && block.length() > 0) {
        seal(kind, block);
        block = new BlockDraft();
        blocks.put(kind, block);
      }
      block.add(chunk, bytes, offset);
      if (block.length() >= BLOCK_BYTES) {
        seal(kind, block);
        blocks.remove(kind);
      }
      return chunk;
    }

    /** Sends off what is in the last blocks. */
    public void flush() {
      blocks.forEach(ChunkWriter.this::seal);
      blocks.clear();
    }
  }

  private static final class BlockDraft {
    private final List<ChunkRef> chunks = new ArrayList<>();
    private byte[] bytes = new byte[BLOCK_BYTES / 4];
    private int length;

    void add(ChunkRef chunk, byte[] from, int offset) {
      int needed = length + chunk.lengthBytes();
      if (needed > bytes.length) {
        bytes = Arrays.copyOf(bytes, Math.max(needed, Math.min(bytes.length * 2, BLOCK_BYTES)));
      }
      System.arraycopy(from, offset, bytes, length, chunk.lengthBytes());
      length = needed;
      chunks.add(chunk);
    }

    int length() {
      return length;
    }
  }

  private void seal(PackKind kind, BlockDraft block) {
    sealers.execute(() -> {
      try {
        var compressed = Blocks.compress(block.bytes, block.length);
        var bytes = compressed.orElse(block.bytes);
        int length = compressed.isPresent() ? bytes.length : block.length;
        add(kind, bytes, length, block, compressed.isPresent());
      } catch (IOException | InterruptedException | RuntimeException e) {
        fail(e);
      }
    });
  }

  private synchronized void add(
      PackKind kind, byte[] bytes, int length, BlockDraft block, boolean zstandard)
      throws IOException, InterruptedException {
    throwFailure();
    int sealed = Sealed.sealedLength(length);
    var draft = drafts.get(kind);
    if (draft != null && !draft.hasRoom(sealed, block.chunks.size())) {
      send(draft);
      drafts.remove(kind);
      draft = null;
    }
    if (draft == null) {
      draft = new PackDraft(kind);
      drafts.put(kind, draft);
    }
    draft.add(bytes, length, new Block(sealed, block.length, zstandard, block.chunks));
  }

  private final class PackDraft {
    private final PackKind kind;
    private final Sealed sealed = Sealed.unbound(repository.keys(), Kind.PACK);
    private final List<Block> blocks = new ArrayList<>();
    private final byte[] bytes;
    private int length;
    private int contentsBytes = 64;

    PackDraft(PackKind kind) {
      this.kind = kind;
      bytes = new byte[kind == PackKind.DATA ? PACK_BYTES : TREE_PACK_BYTES];
      var header = sealed.header();
      System.arraycopy(header, 0, bytes, 0, header.length);
      length = header.length;
    }

    boolean hasRoom(int sealedBytes, int chunks) {
      return length + sealedBytes + Sealed.sealedLength(contentsBytes + contentsOf(chunks)) + 8
          <= bytes.length;
    }

    /** At most: a name, a length, and a block's own numbers. */
    private static int contentsOf(int chunks) {
      return chunks * 36 + 20;
    }

    void add(byte[] plain, int plainLength, Block block) {
      sealed.seal(blocks.size(), plain, plainLength, bytes, length);
      length += block.sealedBytes();
      contentsBytes += contentsOf(block.chunks().size());
      blocks.add(block);
    }

    /** The pack's contents at its end; afterwards nothing can be added. */
    Contents end() {
      var contents = new Contents(kind, blocks);
      var plain = new ByteWriter(contentsBytes);
      contents.write(plain);
      int sealedBytes = Sealed.sealedLength(plain.length());
      sealed.seal(Contents.SECTION, plain.array(), plain.length(), bytes, length);
      length += sealedBytes;
      ByteBuffer.wrap(bytes, length, 8).putInt(sealedBytes).putInt(Contents.END);
      length += 8;
      return contents;
    }
  }

  private void send(PackDraft draft) throws InterruptedException {
    toSend.acquire();
    var task =
        new FutureTask<Void>(() -> {
          try {
            sendNow(draft);
          } catch (IOException | InterruptedException | RuntimeException e) {
            fail(e);
          } finally {
            toSend.release();
          }
          return null;
        });
    sending.removeIf(FutureTask::isDone);
    sending.add(task);
    senders.execute(task);
  }

  private void sendNow(PackDraft draft) throws IOException, InterruptedException {
    var contents = draft.end();
    var name = Names.PACKS.with(Packs.hash(draft.bytes, draft.length));
    repository.store().putIfAbsent(name, ByteBuffer.wrap(draft.bytes, 0, draft.length));
    storedBytes.add(draft.length);
    synchronized (index) {
      Packs.writeIndexed(name, draft.length, contents, index);
      indexed++;
      if (index.length() >= INDEX_BYTES) putIndex();
    }
  }

  private void putIndex() throws IOException, InterruptedException {
    if (indexed == 0) return;
    Packs.putIndex(repository, indexed, index);
    index.drop(index.length());
    indexed = 0;
  }

  /** Waits until all that was put, by lanes that were flushed, is in the store and in an index. */
  public void finish() throws IOException, InterruptedException {
    sealers.shutdown();
    if (!sealers.awaitTermination(1, TimeUnit.DAYS)) throw new IOException("sealing took a day");
    List<FutureTask<Void>> last;
    synchronized (this) {
      for (var draft : drafts.values()) send(draft);
      drafts.clear();
      last = List.copyOf(sending);
    }
    for (var task : last) Beside.resultOf(task);
    throwFailure();
    synchronized (index) {
      putIndex();
    }
  }

  private void fail(Exception e) {
    failure.compareAndSet(null, e instanceof IOException io ? io : new IOException(e));
  }

  private void throwFailure() throws IOException {
    var failed = failure.get();
    if (failed == null) return;
    if (failed.getCause() instanceof RuntimeException cause
        && failed.getClass() == IOException.class) {
      throw cause; // a Problem, or a bug
    }
    throw new IOException(failed.getMessage(), failed);
  }

  @Override
  public void close() {
    sealers.shutdownNow();
    senders.shutdownNow();
  }
}
