package dev.berth.snapshots.repository;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.berth.base.posix.Pages;
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
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Writes chunks that no usable pack has. Each thread fills blocks of its own through its {@link
 * Lane}; full blocks are compressed and sealed side by side into the pack that is open, and packs
 * are sent off while the next are filled.
 */
public final class ChunkWriter implements AutoCloseable {
  /** Object stores like requests of 8 to 32 MiB; the largest block fits in several times. */
  private static final int PACK_BYTES = 16 << 20;

  private static final int TREE_PACK_BYTES = 8 << 20;

  /** Compresses as well as larger ones do, and is little to read for one small file. */
  private static final int BLOCK_BYTES = 1 << 20;

  /** Of files of a few bytes: what a pack says of them is many times as large. */
  private static final int BLOCK_CHUNKS = 1 << 14;

  /**
   * A pack of very small files ends where what it says of them is so much: whoever looks at a pack
   * reads all of that.
   */
  private static final int CONTENTS_BYTES = 2 << 20;

  /** Enough for 5 GB of usual files; every save reads all indexes, one after the other. */
  private static final int INDEX_BYTES = 2 << 20;

  /** Each holds a pack in memory. */
  private static final int SENT_AT_ONCE = 2;

  private final Repository repository;
  private final Catalog catalog;
  private final ThreadPoolExecutor sealers;
  private final ExecutorService senders = Executors.newFixedThreadPool(SENT_AT_ONCE);
  private final Deque<FutureTask<Void>> sending = new ArrayDeque<>();
  private final Arena memory = Arena.ofShared();
  private final Rooms dataRooms = new Rooms(PACK_BYTES, 1 + SENT_AT_ONCE);
  private final Rooms treeRooms = new Rooms(TREE_PACK_BYTES, 2);

  /** Guards the drafts. Who waits for a pack to be sent holds it, and may be interrupted. */
  private final ReentrantLock filling = new ReentrantLock();

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
      if (block.length() >= BLOCK_BYTES || block.chunks.size() >= BLOCK_CHUNKS) {
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
      } catch (Throwable e) { // an Error too: what is lost here must not be missing in silence
        fail(e);
      }
    });
  }

  /** Seals a block into the pack that is open, beside others that do the same. */
  private void add(PackKind kind, byte[] bytes, int length, BlockDraft block, boolean zstandard)
      throws IOException, InterruptedException {
    throwFailure();
    int sealed = Sealed.sealedLength(length);
    var place = place(kind, new Block(sealed, block.length, zstandard, block.chunks));
    try {
      place.draft.seal(place, bytes, length);
    } catch (Throwable e) {
      fail(e); // before the pack is let go, which then is not sent
    } finally {
      letGo(place.draft);
    }
  }

  /** Where a block goes. */
  private record Place(PackDraft draft, int section, int at) {}

  private Place place(PackKind kind, Block block) throws IOException, InterruptedException {
    filling.lockInterruptibly();
    try {
      var draft = drafts.get(kind);
      if (draft != null && !draft.hasRoom(block)) {
        drafts.remove(kind);
        letGo(draft);
        draft = null;
      }
      if (draft == null) {
        draft = new PackDraft(kind, rooms(kind).take());
        drafts.put(kind, draft);
      }
      return draft.place(block);
    } finally {
      filling.unlock();
    }
  }

  /** One less fills the pack; the last one sends it off. */
  private void letGo(PackDraft draft) {
    if (draft.users.decrementAndGet() > 0) return;
    var task =
        new FutureTask<Void>(() -> {
          try {
            sendNow(draft);
          } catch (Throwable e) {
            fail(e);
          } finally {
            rooms(draft.kind).give(draft.room);
          }
          return null;
        });
    synchronized (sending) {
      sending.removeIf(FutureTask::isDone);
      sending.add(task);
    }
    senders.execute(task);
  }

  private Rooms rooms(PackKind kind) {
    return kind == PackKind.DATA ? dataRooms : treeRooms;
  }

  /** Memory for packs: of each kind for the one that is filled, and those that are sent. */
  private final class Rooms {
    private final int bytes;
    private final Semaphore free;
    private final Deque<MemorySegment> used = new ArrayDeque<>();

    Rooms(int bytes, int packs) {
      this.bytes = bytes;
      this.free = new Semaphore(packs);
    }

    MemorySegment take() throws IOException, InterruptedException {
      free.acquire();
      synchronized (used) {
        if (!used.isEmpty()) return used.removeLast();
      }
      return Pages.of(memory, bytes);
    }

    void give(MemorySegment room) {
      synchronized (used) {
        used.addLast(room);
      }
      free.release();
    }
  }

  private final class PackDraft {
    private final PackKind kind;
    private final Sealed sealed = Sealed.unbound(repository.keys(), Kind.PACK);
    private final MemorySegment room;

    /** Those that seal a block in it, and one for the writer as long as it is open. */
    private final AtomicInteger users = new AtomicInteger(1);

    /** The blocks, as the contents have them. */
    private final ByteWriter blocks = new ByteWriter(1 << 10);

    private int count;
    private int length;

    PackDraft(PackKind kind, MemorySegment room) {
      this.kind = kind;
      this.room = room;
      var header = sealed.header();
      MemorySegment.copy(header, 0, room, JAVA_BYTE, 0, header.length);
      length = header.length;
    }

    boolean hasRoom(Block block) {
      int contents = blocks.length() + contentsOf(block) + 16;
      return contents <= CONTENTS_BYTES
          && length + block.sealedBytes() + Sealed.sealedLength(contents) + 8 <= room.byteSize();
    }

    /** At most: a name and a length for each chunk, and the block's own numbers. */
    private static int contentsOf(Block block) {
      return block.chunks().size() * 36 + 20;
    }

    Place place(Block block) {
      var place = new Place(this, count++, length);
      block.write(blocks);
      length += block.sealedBytes();
      users.incrementAndGet();
      return place;
    }

    void seal(Place place, byte[] plain, int plainLength) {
      sealed.seal(place.section, plain, plainLength, room, place.at);
    }

    /** Writes what it holds at its end. */
    ByteWriter end() {
      var contents = new ByteWriter(blocks.length() + 16);
      Contents.write(kind, count, blocks, contents);
      int sealedBytes = Sealed.sealedLength(contents.length());
      sealed.seal(Contents.SECTION, contents.array(), contents.length(), room, length);
      length += sealedBytes;
      bytes(length, 8).putInt(sealedBytes).putInt(Contents.END);
      length += 8;
      return contents;
    }

    ByteBuffer bytes(int from, int count) {
      return room.asSlice(from, count).asByteBuffer();
    }
  }

  private void sendNow(PackDraft draft) throws IOException, InterruptedException {
    throwFailure();
    var contents = draft.end();
    var bytes = draft.bytes(0, draft.length);
    var name = Names.PACKS.with(Packs.hash(bytes));
    repository.store().putIfAbsent(name, bytes);
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
    filling.lockInterruptibly();
    try {
      drafts.values().forEach(this::letGo);
      drafts.clear();
    } finally {
      filling.unlock();
    }
    List<FutureTask<Void>> last;
    synchronized (sending) {
      last = List.copyOf(sending);
    }
    for (var task : last) Beside.resultOf(task);
    throwFailure();
    synchronized (index) {
      putIndex();
    }
  }

  private void fail(Throwable e) {
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

  /** Waits for those that still use what it holds. */
  @Override
  public void close() {
    sealers.shutdownNow();
    senders.shutdownNow();
    sealers.close();
    senders.close();
    memory.close();
  }
}
