package dev.berth.base.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/** Locks by name, between threads and between processes: one that is killed holds nothing. */
public final class FileLocks {
  /** How often another process's lock is tried; it is held for seconds and wanted seldom. */
  private static final long TRY_AGAIN_MILLIS = 100;

  /**
   * Those of this process, whoever asks. The kernel forgets a process's lock on a file as soon as
   * the process closes any descriptor of it: so none is opened for what this process holds.
   */
  private static final ConcurrentHashMap<Path, Semaphore> OURS = new ConcurrentHashMap<>();

  private final Function<String, Path> files;

  /** By files that {@code files} names for each; their folder is there. */
  public FileLocks(Function<String, Path> files) {
    this.files = files;
  }

  /** A name that is held until this is closed. */
  public static final class Held implements AutoCloseable {
    private final Semaphore ours;
    private final FileChannel channel;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Held(Semaphore ours, FileChannel channel) {
      this.ours = ours;
      this.channel = channel;
    }

    @Override
    public void close() throws IOException {
      if (closed.getAndSet(true)) return;
      try {
        channel.close();
      } finally {
        ours.release();
      }
    }
  }

  private static Semaphore ours(Path file) {
    return OURS.computeIfAbsent(file.toAbsolutePath().normalize(), _ -> new Semaphore(1));
  }

  /** Waits for as long as another holds it. */
  public Held take(String name) throws IOException, InterruptedException {
    var file = files.apply(name);
    var ours = ours(file);
    ours.acquire();
    try {
      var channel = open(file);
      try {
        while (!isLocked(channel)) Thread.sleep(TRY_AGAIN_MILLIS);
        return new Held(ours, channel);
      } catch (IOException | InterruptedException e) {
        channel.close();
        throw e;
      }
    } catch (IOException | InterruptedException e) {
      ours.release();
      throw e;
    }
  }

  /** Nothing where another holds it. */
  public Optional<Held> tryTake(String name) throws IOException {
    var file = files.apply(name);
    var ours = ours(file);
    if (!ours.tryAcquire()) return Optional.empty();
    try {
      var channel = open(file);
      if (isLocked(channel)) return Optional.of(new Held(ours, channel));
      channel.close();
    } catch (IOException e) {
      ours.release();
      throw e;
    }
    ours.release();
    return Optional.empty();
  }

  private static FileChannel open(Path file) throws IOException {
    return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }

  private static boolean isLocked(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException _) {
      return false; // this process holds it by another name
    }
  }
}
