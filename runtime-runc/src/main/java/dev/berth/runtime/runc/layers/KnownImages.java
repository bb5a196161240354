package dev.berth.runtime.runc.layers;

import dev.berth.base.Problem;
import dev.berth.base.json.Json;
import dev.berth.registry.Digest;
import dev.berth.registry.ImageReference;
import dev.berth.registry.pull.ResolvedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What registries told of images so far. A file that cannot be read is as good as none. */
final class KnownImages {
  private static final Logger LOG = LoggerFactory.getLogger(KnownImages.class);

  /**
   * What a reference meant.
   *
   * @param asked when its registry said so
   */
  record Meaning(String reference, Digest digest, Instant asked) {}

  private final ImageFolder folder;

  KnownImages(ImageFolder folder) {
    this.folder = folder;
  }

  Optional<Meaning> meaning(ImageReference image) {
    return read(folder.reference(image.toString()), Meaning.class)
        .filter(meaning -> meaning.reference().equals(image.toString()));
  }

  Optional<ResolvedImage> image(Digest digest) {
    return read(folder.manifest(digest), ResolvedImage.class)
        .filter(image -> image.digest().equals(digest));
  }

  /** The image that was built of what {@code identity} stands for. */
  Optional<ResolvedImage> built(Digest identity) {
    return read(folder.built(identity), ResolvedImage.class);
  }

  void keepBuilt(Digest identity, ResolvedImage image) throws IOException {
    ImageFolder.write(folder.built(identity), Json.bytes(image));
  }

  void keep(ImageReference image, ResolvedImage resolved, Instant now) throws IOException {
    ImageFolder.write(folder.manifest(resolved.digest()), Json.bytes(resolved));
    var meaning = new Meaning(image.toString(), resolved.digest(), now);
    ImageFolder.write(folder.reference(image.toString()), Json.bytes(meaning));
  }

  private static <T> Optional<T> read(Path file, Class<T> type) {
    try {
      return Optional.of(Json.read(Files.readAllBytes(file), type));
    } catch (NoSuchFileException _) {
      return Optional.empty();
    } catch (IOException | Problem.Invalid e) {
      LOG.warn("{} cannot be read; the registry is asked again", file, e);
      return Optional.empty();
    }
  }
}
