package dev.berth.gateway.statics;

import dev.berth.base.Problem;
import dev.berth.base.text.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The static files of all editors' trees. A file is compressed when it is first asked for, quickly
 * so that nobody waits, and well some seconds later, which is kept on disk. Any thread may ask, and
 * none waits: disk and compression are the business of its own threads.
 */
public final class StaticFiles implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StaticFiles.class);

  /** VS Code's tree has 5,400 files in up to three encodings, of which a browser asks for 60. */
  private static final int MOST = 20_000;

  /** Below it the headers weigh more than what is saved. */
  private static final long SMALLEST = 1 << 10;

  /** VS Code's largest has 19 MB; compressing takes twice the size in memory. */
  private static final long LARGEST = 64 << 20;

  /** One buffer can hold no more. */
  private static final long LARGEST_SENT = Integer.MAX_VALUE;

  /** Until the browser that asked first has drawn its page, which needs the processor too. */
  private static final long BETTER_AFTER_SECONDS = 20;

  /**
   * Where the trees lie: each folder is one, or holds some; and where compressed forms are kept.
   */
  public record Folders(List<Path> trees, Path cache) {
    public Folders {
      trees = List.copyOf(trees);
    }
  }

  /** What is at a path. */
  public sealed interface Found {
    record File(StaticFile file) implements Found {}

    record Nothing() implements Found {}

    /** There is something, and reading it failed; the log says why. */
    record Unreadable() implements Found {}
  }

  private record Key(StaticPath path, Encoding encoding) {}

  private final Folders folders;
  private final FormCache cache;
  private final ExecutorService readers = Executors.newFixedThreadPool(2, threads("statics"));
  private final ScheduledExecutorService betterer =
      Executors.newSingleThreadScheduledExecutor(threads("statics-better"));
  private final Map<Key, CompletableFuture<Found>> files = new ConcurrentHashMap<>();
  private final AtomicBoolean looking = new AtomicBoolean();
  private volatile List<Tree> trees = List.of();

  private StaticFiles(Folders folders, FormCache cache) {
    this.folders = folders;
    this.cache = cache;
  }

  private static ThreadFactory threads(String name) {
    return Thread.ofPlatform().daemon().name(name).factory();
  }

  /** The files of the trees that are there now, and of those that {@link #look} finds later. */
  public static StaticFiles open(Folders folders) {
    try {
      var files = new StaticFiles(folders, FormCache.open(folders.cache()));
      files.find();
      return files;
    } catch (IOException e) {
      throw new Problem.Unavailable(
          "The folder %s cannot be used: %s.".formatted(folders.cache(), Reason.of(e)),
          "Check that the disk is not full and that you may write there.",
          e);
    }
  }

  /** Looks for new trees, soon and elsewhere. */
  public void look() {
    if (!looking.compareAndSet(false, true)) return;
    try {
      readers.execute(() -> {
        looking.set(false);
        find();
      });
    } catch (RejectedExecutionException e) {
      LOG.debug("Closed: no tree is looked for.");
    }
  }

  private synchronized void find() {
    var found = new LinkedHashSet<Tree>();
    for (var folder : folders.trees()) {
      Tree.in(folder).ifPresentOrElse(found::add, () -> found.addAll(below(folder)));
    }
    if (List.copyOf(found).equals(trees)) return;
    trees = List.copyOf(found);
    files.keySet().removeIf(key -> !found.contains(key.path().tree()));
    try {
      cache.keepOnly(found.stream().map(Tree::name).collect(Collectors.toSet()));
    } catch (IOException e) {
      LOG.warn("Old compressed files could not be deleted: {}", e.toString());
    }
  }

  private static Set<Tree> below(Path folder) {
    if (!Files.isDirectory(folder)) return Set.of();
    try (var all = Files.list(folder)) {
      var trees = new LinkedHashSet<Tree>();
      for (var each : all.sorted().toList()) Tree.in(each).ifPresent(trees::add);
      return trees;
    } catch (IOException e) {
      LOG.warn("{} cannot be read, so no editor's files in it: {}", folder, e.toString());
      return Set.of();
    }
  }

  /** Whether the path of a request leads to a tree's static files, be there one or not. */
  public boolean covers(String path) {
    for (var tree : trees) {
      for (var statics : tree.statics()) {
        if (path.startsWith(statics.prefix())) return true;
      }
    }
    return false;
  }

  /** What {@code path}, as it was sent, means; never fails. */
  public CompletableFuture<Found> read(String path, Encoding encoding) {
    var keys = new ArrayList<Key>(1);
    for (var tree : trees) {
      for (var statics : tree.statics()) {
        if (!path.startsWith(statics.prefix())) continue;
        StaticPath.name(path.substring(statics.prefix().length()))
            .map(name -> new Key(new StaticPath(tree, statics.folder(), name), encoding))
            .ifPresent(keys::add);
      }
    }
    return read(keys, 0);
  }

  /** The first that is there: two trees of one commit have the same prefix. */
  private CompletableFuture<Found> read(List<Key> keys, int from) {
    if (from >= keys.size()) return CompletableFuture.completedFuture(new Found.Nothing());
    var first = read(keys.get(from));
    return from + 1 == keys.size()
        ? first
        : first.thenCompose(found ->
            found instanceof Found.Nothing
                ? read(keys, from + 1)
                : CompletableFuture.completedFuture(found));
  }

  private CompletableFuture<Found> read(Key key) {
    var known = files.get(key);
    if (known != null) return known;
    if (files.size() >= MOST) return CompletableFuture.completedFuture(new Found.Nothing());
    return files.computeIfAbsent(key, this::begin);
  }

  private CompletableFuture<Found> begin(Key key) {
    var reading = CompletableFuture.supplyAsync(() -> open(key), readers);
    reading.thenAcceptAsync(
        found -> {
          if (!(found instanceof Found.File)) files.remove(key, reading);
        },
        readers);
    return reading;
  }

  // On a thread of its own.

  private Found open(Key key) {
    var path = key.path();
    var file = path.tree().file(path.folder(), path.name());
    if (file.isEmpty()) return new Found.Nothing();
    try {
      return new Found.File(open(key, file.get()));
    } catch (IOException | RuntimeException e) {
      LOG.warn("{} could not be read: {}", file.get(), e.toString());
      return new Found.Unreadable();
    }
  }

  private StaticFile open(Key key, Path file) throws IOException {
    long size = Files.size(file);
    if (size > LARGEST_SENT) throw new IOException(file + " is too large to be sent");
    var type = ContentTypes.of(key.path().name());
    var state = "%x-%x".formatted(size, Files.getLastModifiedTime(file).toMillis());
    var etag = "W/\"" + state + "\"";
    boolean plain =
        key.encoding() == Encoding.PLAIN
            || size < SMALLEST
            || size > LARGEST
            || !ContentTypes.isCompressible(type);
    if (plain) return new StaticFile(type, etag, Encoding.PLAIN, FormCache.map(file));
    var form = hash(key.path()) + "." + state + "." + key.encoding().token();
    var kept = cache.find(key.path().tree().name(), form);
    if (kept.isPresent()) return new StaticFile(type, etag, key.encoding(), kept.get());
    return compressed(key, file, new Form(form, type, etag));
  }

  private record Form(String name, String type, String etag) {}

  private StaticFile compressed(Key key, Path file, Form form) throws IOException {
    var plain = Files.readAllBytes(file);
    var bytes =
        switch (key.encoding()) {
          case PLAIN -> throw new IllegalStateException("plain is no compressed form");
          case GZIP -> Compression.gzip(plain);
          case ZSTD -> Compression.zstdQuick(plain);
        };
    if (bytes.length > plain.length * 0.9) {
      return new StaticFile(form.type(), form.etag(), Encoding.PLAIN, FormCache.map(file));
    }
    if (key.encoding() == Encoding.ZSTD) {
      betterer.schedule(() -> better(key, file, form), BETTER_AFTER_SECONDS, TimeUnit.SECONDS);
      return new StaticFile(form.type(), form.etag(), key.encoding(), ByteBuffer.wrap(bytes));
    }
    var kept = cache.keep(key.path().tree().name(), form.name(), bytes);
    return new StaticFile(form.type(), form.etag(), key.encoding(), kept);
  }

  private void better(Key key, Path file, Form form) {
    var old = files.get(key);
    if (old == null) return; // its tree is gone
    try {
      var bytes = Compression.zstdGood(Files.readAllBytes(file));
      var kept = cache.keep(key.path().tree().name(), form.name(), bytes);
      var better = new StaticFile(form.type(), form.etag(), key.encoding(), kept);
      files.replace(key, old, CompletableFuture.completedFuture(new Found.File(better)));
    } catch (IOException | RuntimeException e) {
      LOG.warn("{} stays compressed less well: {}", file, e.toString());
    }
  }

  /** A name of one length without slashes, whatever the file's. */
  private static String hash(StaticPath path) {
    try {
      var text = path.folder() + "/" + path.name();
      var hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("each JDK has SHA-256", e);
    }
  }

  @Override
  public void close() {
    betterer.shutdownNow();
    readers.shutdownNow();
  }
}
