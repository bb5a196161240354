package dev.berth.runtime.runc.layers;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/** One holder of a layer at a time: among the threads of this store, and among processes. */
final class LayerLocks {
  /** How often another process's lock is tried; it is held for seconds and wanted seldom. */
  private static final long TRY_AGAIN_MILLIS = 100;

  private final ImageFolder folder;
  private final ConcurrentHashMap<String, ReentrantLock> ours = new ConcurrentHashMap<>();

  LayerLocks(ImageFolder folder) {
    this.folder = folder;
  }

  /** A layer that is held until this is closed, by the thread that took it. */
  static final class Held implements AutoCloseable {
    private final ReentrantLock lock;
    private final FileChannel channel;

    private Held(ReentrantLock lock, FileChannel channel) {
      this.lock = lock;
      this.channel = channel;
    }

    @Override
    public void close() throws IOException {
      try {
        channel.close();
      } finally {
        lock.unlock();
      }
    }
  }

  Held take(String name) throws IOException, InterruptedException {
    var lock = ours.computeIfAbsent(name, _ -> new ReentrantLock());
    lock.lockInterruptibly();
    try {
      var channel = open(name);
      try {
        while (!isLocked(channel)) Thread.sleep(TRY_AGAIN_MILLIS);
        return new Held(lock, channel);
      } catch (IOException | InterruptedException e) {
        channel.close();
        throw e;
      }
    } catch (IOException | InterruptedException e) {
      lock.unlock();
      throw e;
    }
  }

  /** Nothing where another holds it. */
  Optional<Held> tryTake(String name) throws IOException {
    var lock = ours.computeIfAbsent(name, _ -> new ReentrantLock());
    if (!lock.tryLock()) return Optional.empty();
    try {
      var channel = open(name);
      if (isLocked(channel)) return Optional.of(new Held(lock, channel));
      channel.close();
    } catch (IOException e) {
      lock.unlock();
      throw e;
    }
    lock.unlock();
    return Optional.empty();
  }

  private FileChannel open(String name) throws IOException {
    return FileChannel.open(folder.lock(name), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }

  private static boolean isLocked(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException _) {
      return false; // another store of this process holds it
    }
  }
}
