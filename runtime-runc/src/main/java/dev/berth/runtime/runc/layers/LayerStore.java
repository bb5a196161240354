package dev.berth.runtime.runc.layers;

import com.github.luben.zstd.ZstdIOException;
import dev.berth.base.Problem;
import dev.berth.base.file.FileLocks;
import dev.berth.base.file.FolderTree;
import dev.berth.base.posix.PosixException;
import dev.berth.registry.Digest;
import dev.berth.registry.ImageReference;
import dev.berth.registry.pull.ImageLayer;
import dev.berth.registry.pull.OciLayout;
import dev.berth.registry.pull.Platform;
import dev.berth.registry.pull.RegistryAccess;
import dev.berth.registry.pull.RegistryClient;
import dev.berth.registry.pull.ResolvedImage;
import dev.berth.runtime.runc.ImageStore;
import dev.berth.runtime.runc.RootFilesystem;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import java.util.zip.ZipException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The images of this machine: each layer pulled and unpacked once, whichever images and starts want
 * it, and kept. What stands in the folder under its own name is whole.
 */
public final class LayerStore implements ImageStore, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LayerStore.class);

  /** What Docker pulls at once, and registries allow. */
  private static final int LAYERS_AT_ONCE = 3;

  private final ImageFolder folder;
  private final RegistryClient registries;
  private final Bounds bounds;
  private final Clock clock;
  private final KnownImages known;
  private final FileLocks locks;
  private final Unsynced unsynced;

  /** Threads of the machine, as system calls that write would hold virtual ones in place. */
  private final ExecutorService workers =
      Executors.newFixedThreadPool(
          LAYERS_AT_ONCE, Thread.ofPlatform().name("layers-", 0).daemon().factory());

  private LayerStore(
      ImageFolder folder,
      RegistryClient registries,
      Bounds bounds,
      Clock clock,
      Unsynced unsynced) {
    this.unsynced = unsynced;
    this.folder = folder;
    this.registries = registries;
    this.bounds = bounds;
    this.clock = clock;
    this.known = new KnownImages(folder);
    this.locks = new FileLocks(folder::lock);
  }

  /**
   * The store in {@code imagesFolder}, which is made where it is not; removes what a crash left.
   */
  public static LayerStore open(Path imagesFolder, RegistryAccess access) {
    return open(imagesFolder, access, Bounds.USUAL);
  }

  /** The same with bounds of the installation's own. */
  public static LayerStore open(Path imagesFolder, RegistryAccess access, Bounds bounds) {
    try {
      var folder = ImageFolder.create(imagesFolder);
      var client = RegistryClient.open(access, Platform.here());
      var store = new LayerStore(folder, client, bounds, Clock.systemUTC(), Unsynced.open(folder));
      store.removeRemains();
      store.unsynced.removeDamaged();
      return store;
    } catch (IOException e) {
      throw new Problem.Unavailable(
          "The folder of images, %s, cannot be used.".formatted(imagesFolder),
          "Check that it is on a disk of this machine that root may write to.",
          e);
    }
  }

  @Override
  public RootFilesystem fetch(String reference, Consumer<String> progress)
      throws InterruptedException {
    var image = ImageReference.parse(reference);
    var meant = resolve(image, progress);
    return unpacked(
        meant,
        new Pulling(image.toString(), (layer, told) -> registries.layer(image, layer, told)),
        progress);
  }

  /**
   * The image that was built of what {@code identity} stands for, where it was taken in and all of
   * it is here.
   */
  public Optional<RootFilesystem> built(Digest identity) {
    return known
        .built(identity)
        .filter(image -> image.layers().stream().allMatch(this::isHere))
        .map(this::filesystem);
  }

  /**
   * Unpacks what was built of what {@code identity} stands for, with the bounds and checks of what
   * is pulled; {@link #built} finds it from then on.
   */
  public RootFilesystem takeIn(Digest identity, OciLayout layout, Consumer<String> progress)
      throws InterruptedException {
    try {
      var image = layout.image();
      var pulling =
          new Pulling("the built image", (layer, told) -> new Told(layout.layer(layer), told));
      var files = unpacked(image, pulling, progress);
      known.keepBuilt(identity, image);
      return files;
    } catch (IOException e) {
      throw failed("the built image", e);
    }
  }

  /**
   * What the reference means now: what its registry says, or what it said last where it does not
   * answer; empty where neither is known.
   */
  public Optional<Digest> meaning(String reference) throws InterruptedException {
    try {
      var image = ImageReference.parse(reference);
      try {
        return Optional.of(registries.digest(image));
      } catch (Problem.Unavailable e) {
        LOG.info("{} cannot be asked for what it means", image, e);
        return known.meaning(image).map(KnownImages.Meaning::digest);
      }
    } catch (Problem e) {
      LOG.info("{} has no digest", reference, e);
      return Optional.empty();
    }
  }

  private RootFilesystem unpacked(ResolvedImage meant, Pulling image, Consumer<String> progress)
      throws InterruptedException {
    var layers = upperFirst(meant.layers());
    if (layers.isEmpty()) {
      throw new Problem.Invalid(
          "Cannot use %s: it has no layers, so no files.".formatted(image),
          "Use an image with a Linux system in it.");
    }
    var missing = layers.stream().filter(layer -> !isHere(layer)).toList();
    if (!missing.isEmpty()) pull(image, missing, progress);
    return filesystem(meant);
  }

  private RootFilesystem filesystem(ResolvedImage image) {
    var folders =
        upperFirst(image.layers()).stream().map(layer -> folder.layer(layer.diffId())).toList();
    return new RootFilesystem(folders, image.env(), image.user(), image.metadata());
  }

  /** Where an image's layers come from, and what messages call it. */
  private record Pulling(String name, Layers layers) {
    @Override
    public String toString() {
      return name;
    }
  }

  private interface Layers {
    InputStream open(ImageLayer layer, LongConsumer progress) throws IOException;
  }

  /** What the registry says now; what it said last, if it does not answer and we have that. */
  private ResolvedImage resolve(ImageReference image, Consumer<String> progress)
      throws InterruptedException {
    if (image.digest().isPresent()) {
      var same = known.image(image.digest().get());
      if (same.isPresent()) return same.get(); // a digest means the same for ever
    }
    try {
      return ask(image);
    } catch (Problem.Unavailable e) {
      var last = known.meaning(image);
      var old = last.flatMap(meaning -> known.image(meaning.digest()));
      if (old.isEmpty() || !old.get().layers().stream().allMatch(this::isHere)) throw e;
      LOG.warn("using the last known {}", image, e);
      var day = LocalDate.ofInstant(last.get().asked(), ZoneId.systemDefault());
      progress.accept(
          "%s cannot be asked; using the image as it was on %s".formatted(image.registry(), day));
      return old.get();
    }
  }

  private ResolvedImage ask(ImageReference image) throws InterruptedException {
    var digest = registries.digest(image);
    var same = known.image(digest);
    var resolved = same.isPresent() ? same.get() : registries.resolve(image.at(digest));
    try {
      known.keep(image, resolved, clock.instant());
    } catch (IOException e) {
      throw failed(image, e);
    }
    return resolved;
  }

  /**
   * Overlayfs takes no folder twice; a layer that occurs twice hides what its first time brought.
   */
  private static List<ImageLayer> upperFirst(List<ImageLayer> layers) {
    var seen = new LinkedHashSet<Digest>();
    return layers.reversed().stream().filter(layer -> seen.add(layer.diffId())).toList();
  }

  private boolean isHere(ImageLayer layer) {
    return Files.isDirectory(folder.layer(layer.diffId()));
  }

  private void pull(Pulling image, List<ImageLayer> missing, Consumer<String> progress)
      throws InterruptedException {
    long total = missing.stream().mapToLong(ImageLayer::sizeBytes).sum();
    refuseWithoutSpace(image, total);
    var pulled = new PulledBytes(total, progress);
    pulled.add(0);
    var ended = new ExecutorCompletionService<ImageLayer>(workers);
    var running = new ArrayList<Future<ImageLayer>>();
    for (var layer : missing.reversed()) { // the base first: it is the largest
      running.add(
          ended.submit(() -> {
            unpackOnce(image, layer, pulled);
            return layer;
          }));
    }
    try {
      for (var _ : running) ended.take().get(); // the first failure ends the wait
    } catch (ExecutionException e) {
      throw told(image, Objects.requireNonNull(e.getCause()));
    } finally {
      running.forEach(task -> task.cancel(true));
    }
  }

  private void refuseWithoutSpace(Pulling image, long compressedBytes) {
    // Unpacked, what is compressed is at least about twice as large.
    long needed = 2 * compressedBytes + bounds.reserveBytes();
    long free = folder.freeBytes();
    if (free >= needed) return;
    throw new Problem.Unavailable(
        "Cannot pull %s: it needs about %,d MB on the disk of %s, and %,d MB are free."
            .formatted(image, needed / 1_000_000, folder.root(), free / 1_000_000),
        "Delete workspaces or other files there.");
  }

  private void unpackOnce(Pulling image, ImageLayer layer, PulledBytes pulled)
      throws IOException, InterruptedException {
    try (var _ = locks.take(ImageFolder.flat(layer.diffId()))) {
      if (isHere(layer)) { // another start was faster
        pulled.add(layer.sizeBytes());
        return;
      }
      var work = folder.unpacking(layer.diffId());
      new FolderTree(work).remove();
      try {
        unpack(image, layer, work, pulled);
      } finally {
        new FolderTree(work).remove();
      }
    }
  }

  private void unpack(Pulling image, ImageLayer layer, Path work, PulledBytes pulled)
      throws IOException, InterruptedException {
    var tree = Files.createDirectories(work.resolve("tree"));
    var trash = Files.createDirectories(work.resolve("trash"));
    try (var stream = image.layers().open(layer, pulled::add)) {
      Unpacking.unpack(stream, tree, trash, layer.diffId(), bounds);
    } catch (InterruptedIOException e) {
      throw interrupted(e);
    } catch (Damaged e) {
      throw damaged(image, layer, String.valueOf(e.getMessage()), e);
    } catch (EOFException | ZipException | ZstdIOException e) {
      throw damaged(image, layer, "is cut short or wrongly compressed", e);
    }
    var name = ImageFolder.flat(layer.diffId());
    unsynced.mark(name);
    Files.move(tree, folder.layer(layer.diffId()), StandardCopyOption.ATOMIC_MOVE);
    unsynced.arrived(name);
  }

  private static InterruptedException interrupted(InterruptedIOException e) {
    var told = new InterruptedException("the pull was given up");
    told.initCause(e);
    return told;
  }

  private RuntimeException told(Pulling image, Throwable cause) throws InterruptedException {
    return switch (cause) {
      case Problem problem -> problem;
      case InterruptedException e -> throw e;
      case IOException e -> failed(image, e);
      case RuntimeException e -> e;
      default -> new IllegalStateException("unpacking " + image, cause);
    };
  }

  private Problem failed(Object image, IOException e) {
    boolean full =
        e instanceof Metered.DiskFull
            || (e instanceof PosixException failed
                && (failed.errno() == PosixException.ENOSPC
                    || failed.errno() == PosixException.EDQUOT))
            || String.valueOf(e.getMessage()).contains("No space left");
    return full
        ? new Problem.Unavailable(
            "Cannot pull %s: the disk of %s is full.".formatted(image, folder.root()),
            "Delete workspaces or other files there; what was pulled halfway is removed already.",
            e)
        : new Problem.Unavailable(
            "Cannot unpack %s into %s: %s.".formatted(image, folder.root(), e.getMessage()),
            "Check that the folder is on a disk of this machine that root may write to.",
            e);
  }

  private static Problem damaged(Pulling image, ImageLayer layer, String how, Exception e) {
    return new Problem.Invalid(
        "Cannot use %s: its layer %s %s.".formatted(image, layer.digest(), how),
        "Build and push the image again; if you did not build it, do not use it.",
        e);
  }

  private void removeRemains() throws IOException {
    Predicate<Path> isOurs =
        path -> path.getFileName().toString().matches("sha(256|512)-[0-9a-f]+");
    try (var remains = Files.list(folder.unpacking())) {
      for (var work : remains.filter(isOurs).toList()) {
        var held = locks.tryTake(work.getFileName().toString());
        if (held.isEmpty()) continue; // another process is at it
        try (var _ = held.get()) {
          new FolderTree(work).remove();
        }
      }
    }
  }

  /** Gives up what is on its way. */
  @Override
  public void close() {
    workers.shutdownNow();
    registries.close();
    unsynced.close();
    try {
      if (!workers.awaitTermination(10, TimeUnit.SECONDS)) LOG.warn("an unpacking does not end");
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
