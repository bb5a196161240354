package dev.berth.gateway.gallery;

import dev.berth.base.Problem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The copies on disk, {@code <key of what is wanted>}, and those that are coming, {@code .draft}. A
 * copy is written beside and renamed when it is whole, so a killed gateway leaves drafts only,
 * which the next one deletes. Any thread may ask; each call may wait for the registry.
 */
final class Shelf implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Shelf.class);

  private static final Pattern NAME = Pattern.compile("[0-9a-f]{64}");
  private static final String DRAFT = ".draft";

  /** A file system's block each at least, and a name in memory: 40,000 take some MB. */
  private static final int COPIES_MAX = 40_000;

  /** From the registry at once; a browser asks for the pictures of a page of results. */
  private static final int DOWNLOADS_MAX = 24;

  private static final Duration DOWNLOAD_PATIENCE = Duration.ofSeconds(15);

  /** To hang up and to delete a draft takes milliseconds. */
  private static final Duration END_PATIENCE = Duration.ofSeconds(2);

  /** The time of a copy's last use is kept as exactly as this. */
  private static final Duration USED_APART = Duration.ofMinutes(10);

  private final Path folder;
  private final Registry registry;
  private final GalleryConfig.Bounds bounds;
  private final Clock clock;
  private final Semaphore downloads = new Semaphore(DOWNLOADS_MAX);

  // Guarded by this.
  private final Shares shares = new Shares();
  private final Map<String, Download> coming = new HashMap<>();
  private Instant awayUntil = Instant.MIN;
  private boolean closed;

  private Shelf(Path folder, Registry registry, GalleryConfig.Bounds bounds, Clock clock) {
    this.folder = folder;
    this.registry = registry;
    this.bounds = bounds;
    this.clock = clock;
  }

  /** The copies in {@code folder}, which is made. */
  static Shelf open(Path folder, Registry registry, GalleryConfig.Bounds bounds, Clock clock)
      throws IOException {
    Files.createDirectories(folder);
    var shelf = new Shelf(folder, registry, bounds, clock);
    shelf.readFolder();
    return shelf;
  }

  private record Found(String name, long size, FileTime used) {}

  private synchronized void readFolder() throws IOException {
    var found = new ArrayList<Found>();
    try (var all = Files.newDirectoryStream(folder)) {
      for (var file : all) {
        var name = String.valueOf(file.getFileName());
        if (NAME.matcher(name).matches()) {
          found.add(new Found(name, Files.size(file), Files.getLastModifiedTime(file)));
        } else if (name.endsWith(DRAFT)) {
          Files.delete(file);
        }
      }
    }
    found.sort((one, other) -> one.used().compareTo(other.used()));
    for (var each : found) shares.found(each.name(), each.size());
    shrink(Shares.EARLIER);
  }

  /**
   * What is wanted, from wherever it is; {@link Problem.Missing} where the registry has no such
   * thing, {@link Problem.Unavailable} where it does not answer and nothing is kept.
   *
   * @param asker whose copies make place for it first, where he has most
   */
  Copy get(Wanted wanted, String asker) throws IOException, InterruptedException {
    var kept = find(wanted.key(), asker);
    if (kept.isPresent() && kept.get().isYoungerThan(wanted.kind().fresh)) {
      return kept.get().copy(Copy.From.SHELF);
    }
    var download = begin(wanted, asker);
    var answer =
        download.isPresent()
            ? download.get().answer()
            : new Download.State.Failed("it did not a moment ago", true);
    return switch (answer) {
      case Download.State.Coming(var type, var length) ->
          new Copy(type, length, Copy.From.REGISTRY, download.orElseThrow().body());
      case Download.State.Nothing _ -> {
        forget(wanted.key());
        throw new Problem.Missing(
            "The registry of extensions has no such thing.",
            "Look for it at %s.".formatted(registry.upstream()));
      }
      case Download.State.Failed(var why, _) -> {
        if (kept.isPresent() && kept.get().isYoungerThan(wanted.kind().kept)) {
          yield kept.get().copy(Copy.From.OLD);
        }
        throw new Problem.Unavailable(
            "The registry of extensions at %s does not answer as it should: %s."
                .formatted(registry.upstream(), why),
            "Extensions that are installed go on. Try again later; if it stays so, see whether the"
                + " machine of Berth reaches that address, which editor.gallery names.");
      }
      case Download.State.Asking _ -> throw new IllegalStateException("it was waited for");
    };
  }

  // Copies that are there.

  private final class Kept {
    private final Path file;
    private final Slip slip;

    Kept(Path file, Slip slip) {
      this.file = file;
      this.slip = slip;
    }

    /** One of the future was stored by a clock that went wrong. */
    boolean isYoungerThan(Duration age) {
      var now = clock.instant();
      return !slip.stored().isAfter(now) && slip.stored().plus(age).isAfter(now);
    }

    Copy copy(Copy.From from) {
      return new Copy(
          slip.type(),
          OptionalLong.of(slip.length()),
          from,
          sink -> {
            try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
              var bytes = ByteBuffer.allocate(64 << 10);
              for (long left = slip.length(); left > 0; left -= bytes.position()) {
                bytes.clear().limit((int) Math.min(bytes.capacity(), left));
                if (channel.read(bytes) < 0) throw new IOException("a copy was cut");
                sink.write(bytes.array(), 0, bytes.position());
              }
            }
          });
    }
  }

  private Optional<Kept> find(String key, String asker) throws IOException {
    synchronized (this) {
      if (!shares.has(key)) return Optional.empty();
      shares.used(asker, key);
    }
    var file = folder.resolve(key);
    try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
      var slip = Slip.read(channel);
      if (slip.isPresent()) {
        note(file);
        return Optional.of(new Kept(file, slip.get()));
      }
    } catch (NoSuchFileException e) {
      // It made place for another, or somebody emptied the folder.
    }
    forget(key);
    return Optional.empty();
  }

  private void note(Path file) throws IOException {
    var now = clock.instant();
    if (Files.getLastModifiedTime(file).toInstant().plus(USED_APART).isBefore(now)) {
      Files.setLastModifiedTime(file, FileTime.from(now));
    }
  }

  private synchronized void forget(String key) {
    if (!shares.has(key)) return;
    shares.forget(key);
    delete(key);
  }

  private void delete(String key) {
    try {
      Files.deleteIfExists(folder.resolve(key));
    } catch (IOException e) {
      LOG.warn("A copy of an extension could not be deleted: {}", e.toString());
    }
  }

  /** Deletes until the rest may stay, or nothing may go for something of {@code asker}. */
  private synchronized void shrink(String asker) {
    while (true) {
      boolean tooLarge = shares.bytes() > bounds.shelfBytes();
      if (!tooLarge && shares.count() <= COPIES_MAX) return;
      var first = tooLarge ? shares.first(asker) : shares.firstOfMany(asker);
      if (first.isEmpty()) return;
      forget(first.get());
    }
  }

  // Copies that are coming.

  /** The download of what is wanted, one for all who want it; empty while the registry is away. */
  private synchronized Optional<Download> begin(Wanted wanted, String asker)
      throws InterruptedException {
    var key = wanted.key();
    var running = coming.get(key);
    // One that failed is about to go; whoever comes now asks anew.
    while (running != null && running.seen() instanceof Download.State.Failed) {
      wait();
      running = coming.get(key);
    }
    if (running != null) return Optional.of(running);
    if (closed || clock.instant().isBefore(awayUntil)) return Optional.empty();
    var download =
        new Download(
            wanted,
            folder.resolve(key + DRAFT),
            folder.resolve(key),
            registry.new Question(wanted),
            bounds,
            more -> makeRoom(asker, more));
    coming.put(key, download);
    Thread.ofVirtual().name("gallery").start(() -> run(key, asker, download));
    return Optional.of(download);
  }

  private void run(String key, String asker, Download download) {
    boolean whole = false;
    try {
      if (downloads.tryAcquire(DOWNLOAD_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        try {
          whole = download.run(clock.instant());
        } finally {
          downloads.release();
        }
      } else {
        download.refuse();
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts it", e);
    } finally {
      end(key, asker, download, whole);
    }
  }

  private synchronized void end(String key, String asker, Download download, boolean whole) {
    coming.remove(key);
    notifyAll();
    if (whole) {
      shares.came(asker, key, download.counted());
      shrink(asker);
    } else {
      shares.coming(asker, -download.counted());
    }
    switch (download.seen()) {
      case Download.State.Failed(var why, var away) when away -> {
        awayUntil = clock.instant().plus(bounds.away());
        LOG.warn("The registry of extensions at {} is away: {}", registry.upstream(), why);
      }
      case Download.State.Failed(var why, _) ->
          LOG.warn("The registry of extensions failed with {}: {}", download, why);
      case Download.State.Asking _, Download.State.Coming _, Download.State.Nothing _ -> {}
    }
  }

  private synchronized void makeRoom(String asker, long more) throws IOException {
    shares.coming(asker, more);
    shrink(asker);
    if (shares.bytes() <= bounds.shelfBytes()) return;
    shares.coming(asker, -more);
    throw new IOException("there is no place for it");
  }

  /** Begins nothing more, and gives up what is coming. */
  @Override
  public synchronized void close() {
    closed = true;
    coming.values().forEach(Download::giveUp);
    long end = System.nanoTime() + END_PATIENCE.toNanos();
    try {
      while (!coming.isEmpty() && System.nanoTime() - end < 0) wait(100);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the next start deletes the drafts
    }
  }
}
