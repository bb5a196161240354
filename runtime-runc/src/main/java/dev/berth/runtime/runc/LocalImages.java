package dev.berth.runtime.runc;

import dev.berth.base.Problem;
import dev.berth.base.file.FileLocks;
import dev.berth.base.json.Json;
import dev.berth.base.process.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Images that were made on this machine: {@code <folder>/<name>/rootfs}, one layer, and {@code
 * config.json} beside it. One appears whole or not at all.
 */
public final class LocalImages implements ImageStore {
  /** What a reference to one begins with; no registry's does. */
  public static final String PREFIX = "local/";

  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");

  private static final String DRAFT = ".draft-";

  /** Removing or syncing an image of hundreds of thousands of files. */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private static final String LOCK = ".lock-";

  private final Path folder;
  private final FileLocks locks;

  private record Config(Map<String, String> env) {}

  private LocalImages(Path folder) {
    this.folder = folder;
    this.locks = new FileLocks(name -> folder.resolve(LOCK + name));
  }

  /**
   * The images in {@code folder}, which is made where it is not there; drafts that nobody works on
   * are removed. Several installations may share a folder.
   */
  public static LocalImages open(Path folder) throws InterruptedException {
    try {
      Files.createDirectories(folder);
      List<Path> drafts;
      try (var listed = Files.list(folder)) {
        drafts = listed.filter(path -> path.getFileName().toString().startsWith(DRAFT)).toList();
      }
      var images = new LocalImages(folder);
      for (var draft : drafts) images.removeLeft(draft);
      return images;
    } catch (IOException e) {
      throw unreadable(folder, e);
    }
  }

  private void removeLeft(Path draft) throws IOException, InterruptedException {
    var held = locks.tryTake(draft.getFileName().toString().substring(DRAFT.length()));
    if (held.isEmpty()) return;
    try (var _ = held.get()) {
      remove(draft);
    }
  }

  /** The image of that name; empty where there is none. */
  public Optional<RootFilesystem> find(String name) {
    var image = folder.resolve(checked(name));
    if (!Files.isDirectory(image)) return Optional.empty();
    try {
      var config = Json.read(Files.readAllBytes(image.resolve("config.json")), Config.class);
      return Optional.of(
          new RootFilesystem(
              List.of(image.resolve("rootfs")), config.env(), Optional.of("gitpod")));
    } catch (IOException e) {
      throw unreadable(image, e);
    }
  }

  /**
   * Lets {@code maker} fill an empty folder, and keeps that as the image {@code name}; where
   * another makes it at the time, its own is waited for and taken.
   */
  public RootFilesystem make(String name, Map<String, String> env, Maker maker)
      throws InterruptedException {
    var draft = folder.resolve(DRAFT + checked(name));
    try (var _ = locks.take(name)) {
      var made = find(name);
      if (made.isPresent()) return made.get();
      remove(draft);
      try {
        var rootfs = Files.createDirectories(draft.resolve("rootfs"));
        maker.fill(rootfs);
        Files.write(draft.resolve("config.json"), Json.bytes(new Config(env)));
        // On the disk before it has its name: a loss of power may not leave it half empty.
        Command.of("sync", "--file-system", draft.toString())
            .within(PATIENCE)
            .orProblem("See the machine's kernel log for its disk.");
        Files.move(draft, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
      } finally {
        remove(draft);
      }
      return find(name).orElseThrow();
    } catch (IOException e) {
      throw unreadable(folder, e);
    }
  }

  /** Fills an image's folder. */
  public interface Maker {
    /** Blocks until {@code rootfs} has all files of the image; a failure leaves none. */
    void fill(Path rootfs) throws InterruptedException;
  }

  @Override
  public RootFilesystem fetch(String reference, Consumer<String> progress) {
    var found =
        reference.startsWith(PREFIX)
            ? find(reference.substring(PREFIX.length()))
            : Optional.<RootFilesystem>empty();
    return found.orElseThrow(() ->
        new Problem.Missing(
            "There is no image %s on this machine.".formatted(reference),
            "Name an image of a registry, or let `berth up` make the default image."));
  }

  private static String checked(String name) {
    if (NAME.matcher(name).matches()) return name;
    throw new Problem.Invalid(
        "A local image's name has up to 63 of a-z, 0-9 and \"-\" only.", "Name another.");
  }

  private static void remove(Path path) throws InterruptedException {
    if (!Files.exists(path)) return;
    Command.of("rm", "-rf", "--one-file-system", "--", path.toString())
        .within(PATIENCE)
        .orProblem("Remove %s by hand.".formatted(path));
  }

  private static Problem unreadable(Path path, IOException e) {
    return new Problem.Unavailable(
        "The images under %s cannot be read or written: %s.".formatted(path, e.getMessage()),
        "See that its disk is there, writable and not full.",
        e);
  }
}
