package dev.berth.registry.pull;

import dev.berth.registry.Digest;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a reference meant when a registry was asked.
 *
 * @param digest of the manifest, or of the list of manifests, that the reference names
 * @param layers the lowest first; the same may occur twice
 * @param env what the image sets for every process
 * @param user whom the image wants to run as, in its own words
 * @param workingDir where the image wants to start
 * @param metadata its label {@code devcontainer.metadata}
 */
public record ResolvedImage(
    Digest digest,
    List<ImageLayer> layers,
    Map<String, String> env,
    Optional<String> user,
    Optional<String> workingDir,
    Optional<String> metadata) {
  public ResolvedImage {
    layers = List.copyOf(layers);
    env = Map.copyOf(env);
    // Rows of the first days have none.
    metadata = metadata == null ? Optional.empty() : metadata;
  }

  /** What a first pull gets. */
  public long sizeBytes() {
    return layers.stream().distinct().mapToLong(ImageLayer::sizeBytes).sum();
  }
}
