package dev.berth.node;

import dev.berth.runtime.runc.ImageStore;
import dev.berth.runtime.runc.LocalImages;
import dev.berth.runtime.runc.RootFilesystem;
import java.util.function.Consumer;

/**
 * Where a machine's root file systems come from: the default image, others made here, or a
 * registry.
 */
public final class MachineImages implements ImageStore {
  /** The reference that means the default image; no registry has such a name. */
  public static final String DEFAULT = "local/default";

  private final DefaultImage defaultImage;
  private final LocalImages local;
  private final ImageStore registries;

  /** Puts the three together. */
  public MachineImages(DefaultImage defaultImage, LocalImages local, ImageStore registries) {
    this.defaultImage = defaultImage;
    this.local = local;
    this.registries = registries;
  }

  @Override
  public RootFilesystem fetch(String reference, Consumer<String> progress)
      throws InterruptedException {
    if (reference.equals(DEFAULT)) return defaultImage.ensure(progress);
    var store = reference.startsWith(LocalImages.PREFIX) ? local : registries;
    return store.fetch(reference, progress);
  }
}
