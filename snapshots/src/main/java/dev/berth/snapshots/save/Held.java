package dev.berth.snapshots.save;

import dev.berth.base.process.Workers;
import dev.berth.snapshots.format.Entry;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What all folders of a walk hold of entries in memory, which is not what one of them may: entries
 * that wait for a file before them, and bytes of a folder that are not enough for a chunk.
 */
final class Held {
  private static final long WAITING_BYTES_MAX = 24L << 20;
  private static final long WRITTEN_BYTES_MAX = 16L << 20;

  /** What an entry takes beside the bytes that it has. */
  private static final long BYTES_EACH = 250;

  private static final long BYTES_EACH_PART = 100;

  private static final long LOOK_MILLIS = 200;

  private long waitingBytes;
  private final AtomicLong writtenBytes = new AtomicLong();

  /** About what {@code entry} takes in memory. */
  static long bytes(Entry entry) {
    var traits = entry.traits();
    long bytes = BYTES_EACH + traits.name().bytes().length;
    for (var attribute : traits.attributes()) {
      bytes += BYTES_EACH_PART + attribute.name().bytes().length + attribute.value().length;
    }
    return switch (entry) {
      case Entry.Link link -> bytes + link.target().bytes().length;
      case Entry.Folder folder -> bytes + BYTES_EACH_PART * folder.content().size();
      case Entry.File file ->
          bytes + BYTES_EACH_PART * (file.content().size() + file.runs().size());
      case Entry.Fifo _, Entry.Whiteout _ -> bytes;
    };
  }

  /** So many bytes more wait for what is before them; or less. */
  void waits(long bytes) {
    if (bytes == 0) return;
    synchronized (this) {
      waitingBytes += bytes;
      if (bytes < 0) notifyAll();
    }
  }

  /**
   * For the thread that walks: while too much waits. All of it waits for files that are handed out,
   * since what is before is gone through first; so the readers alone make room.
   */
  void awaitRoom(Workers<?> readers) throws IOException, InterruptedException {
    synchronized (this) {
      while (waitingBytes > WAITING_BYTES_MAX) {
        readers.throwIfStopped();
        wait(LOOK_MILLIS);
      }
    }
  }

  /** So many bytes of folders more are not cut into chunks yet; or less. */
  void written(long bytes) {
    writtenBytes.addAndGet(bytes);
  }

  /** Whether folders shall cut what they have, though it gives smaller chunks. */
  boolean isMuchWritten() {
    return writtenBytes.get() > WRITTEN_BYTES_MAX;
  }
}
