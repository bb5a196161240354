package dev.berth.base.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/** Locks by name, between threads and between processes: one that is killed holds nothing. */
public final class FileLocks {
  /** How often another process's lock is tried; it is held for seconds and wanted seldom. */
  private static final long TRY_AGAIN_MILLIS = 100;

  /**
   * Of all in this process: its locks of a file end with the first channel to it that it closes, so
   * there must never be two.
   */
  private static final ConcurrentHashMap<Path, ReentrantLock> OURS = new ConcurrentHashMap<>();

  private final Function<String, Path> files;

  /** By files that {@code files} names for each; their folder is there. */
  public FileLocks(Function<String, Path> files) {
    this.files = files;
  }

  /** A name that is held until this is closed, by the thread that took it. */
  public static final class Held implements AutoCloseable {
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

  /** Waits for as long as another holds it. */
  public Held take(String name) throws IOException, InterruptedException {
    var file = file(name);
    var lock = ours(file);
    if (lock.isHeldByCurrentThread()) throw new IllegalStateException(file + " waits for itself");
    lock.lockInterruptibly();
    try {
      var channel = open(file);
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
  public Optional<Held> tryTake(String name) throws IOException {
    var file = file(name);
    var lock = ours(file);
    if (lock.isHeldByCurrentThread() || !lock.tryLock()) return Optional.empty();
    try {
      var channel = open(file);
      if (isLocked(channel)) return Optional.of(new Held(lock, channel));
      channel.close();
    } catch (IOException e) {
      lock.unlock();
      throw e;
    }
    lock.unlock();
    return Optional.empty();
  }

  private Path file(String name) {
    return files.apply(name).toAbsolutePath().normalize();
  }

  private static ReentrantLock ours(Path file) {
    return OURS.computeIfAbsent(file, _ -> new ReentrantLock());
  }

  private static FileChannel open(Path file) throws IOException {
    return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }

  private static boolean isLocked(FileChannel channel) throws IOException {
    return channel.tryLock() != null;
  }
}
