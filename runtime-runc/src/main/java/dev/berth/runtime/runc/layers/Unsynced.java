package dev.berth.runtime.runc.layers;

import dev.berth.base.file.FolderTree;
import dev.berth.base.posix.Posix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Layers that stand in their place but may not be on the disk yet. A start does not wait for that:
 * the disk may be busy with others for half a minute. A mark with the machine's boot id stands
 * beside such a layer until it is safe, so that after a power cut it is thrown away, not used. File
 * systems with a journal keep the order of mark and layer; its content may be lost, and an empty
 * mark counts as one of another boot.
 */
final class Unsynced implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Unsynced.class);
  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

  private final ImageFolder folder;
  private final String boot;
  private final ExecutorService syncs =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().name("layers-sync").daemon().factory());

  private Unsynced(ImageFolder folder, String boot) {
    this.folder = folder;
    this.boot = boot;
  }

  static Unsynced open(ImageFolder folder) throws IOException {
    return new Unsynced(folder, Files.readString(BOOT_ID).strip());
  }

  /** Removes the layers that a power cut may have damaged. */
  void removeDamaged() throws IOException {
    try (var marks = Files.list(folder.unsynced())) {
      for (var mark : marks.toList()) {
        var name = mark.getFileName().toString();
        if (isOfThisBoot(mark)) {
          syncs.execute(() -> sync(name));
          continue;
        }
        LOG.warn("layer {} may not have reached the disk before the machine went down", name);
        new FolderTree(folder.layer(name)).remove();
        Files.deleteIfExists(mark);
      }
    }
  }

  /** To be called before the layer {@code name} comes to its place. */
  void mark(String name) throws IOException {
    Files.writeString(folder.unsynced().resolve(name), boot);
  }

  /** To be called when it is there. */
  void arrived(String name) {
    syncs.execute(() -> sync(name));
  }

  private boolean isOfThisBoot(Path mark) throws IOException {
    try {
      return Files.readString(mark).equals(boot);
    } catch (NoSuchFileException _) {
      return true; // another process made it safe just now
    }
  }

  private void sync(String name) {
    try (var posix = new Posix()) {
      int fd = posix.openFolder(folder.unsynced());
      try {
        posix.sync(fd);
      } finally {
        posix.close(fd);
      }
      Files.deleteIfExists(folder.unsynced().resolve(name));
    } catch (IOException e) {
      LOG.warn("layer {} stays marked as not on the disk yet", name, e);
    }
  }

  @Override
  public void close() {
    syncs.shutdownNow();
  }
}
