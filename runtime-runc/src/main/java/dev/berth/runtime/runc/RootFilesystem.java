package dev.berth.runtime.runc;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An image, unpacked.
 *
 * @param layers folders of files, the uppermost first, in overlayfs's own words: a deleted file is
 *     a character device 0/0, an opaque folder has the attribute {@code trusted.overlay.opaque=y}.
 *     Owners are the ids that the image names (0 to 65535), not shifted; nobody writes to them
 * @param env what the image's configuration sets for every process
 * @param user whom the image's configuration names to run as, in its own words; Berth's supervisor
 *     runs as root all the same, and what it drops to only a devcontainer.json leaves to the image
 * @param metadata its label {@code devcontainer.metadata}, as its author wrote it
 */
public record RootFilesystem(
    List<Path> layers, Map<String, String> env, Optional<String> user, Optional<String> metadata) {
  /** One that says nothing of dev containers. */
  public RootFilesystem(List<Path> layers, Map<String, String> env, Optional<String> user) {
    this(layers, env, user, Optional.empty());
  }

  public RootFilesystem {
    layers = List.copyOf(layers);
    env = Map.copyOf(env);
    if (layers.isEmpty()) throw new IllegalArgumentException("an image has at least one layer");
  }
}
