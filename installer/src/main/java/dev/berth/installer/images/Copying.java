package dev.berth.installer.images;

import dev.berth.registry.Digest;
import dev.berth.registry.ImageReference;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Copies an image with all its platforms; what is there already is not sent. */
public final class Copying {
  private Copying() {}

  /** A part of an image behind a digest. */
  record Blob(Digest digest, long bytes) {}

  /** Where an image's documents and blobs come from. */
  interface Source {
    RegistryPlaces.Document manifest(Digest digest) throws InterruptedException;

    InputStream blob(Digest digest) throws IOException, InterruptedException;
  }

  /** Copies it and says its new name, with the digest, which is the same. */
  public static String copy(
      ImageReference image, String registry, RegistryPlaces places, Consumer<String> progress)
      throws InterruptedException {
    var top = places.manifest(image);
    var source =
        new Source() {
          @Override
          public RegistryPlaces.Document manifest(Digest digest) throws InterruptedException {
            return places.manifest(image.at(digest));
          }

          @Override
          public InputStream blob(Digest digest) throws InterruptedException {
            return places.blob(image, digest);
          }
        };
    var to = ImageList.at(image, registry);
    push(source, top, to, places, progress);
    return to.at(top.digest()).toString();
  }

  /** What a manifest consists of must be there before it. */
  static void push(
      Source source,
      RegistryPlaces.Document top,
      ImageReference to,
      RegistryPlaces places,
      Consumer<String> progress)
      throws InterruptedException {
    for (var digest : manifests(top)) {
      var inner = source.manifest(digest);
      blobs(source, inner, to, places, progress);
      places.putManifest(untagged(to, digest), inner);
    }
    blobs(source, top, to, places, progress);
    places.putManifest(to, top);
    progress.accept("%s is there".formatted(to));
  }

  private static ImageReference untagged(ImageReference image, Digest digest) {
    return ImageReference.parse("%s/%s@%s".formatted(image.registry(), image.path(), digest));
  }

  /** Those that a list names. */
  static List<Digest> manifests(RegistryPlaces.Document document) {
    var digests = new ArrayList<Digest>();
    document
        .json()
        .path("manifests")
        .forEach(one -> digests.add(Digest.parse(one.path("digest").asText())));
    return digests;
  }

  /** The configuration and the layers that a manifest names. */
  static List<Blob> blobs(RegistryPlaces.Document document) {
    var blobs = new ArrayList<Blob>();
    var json = document.json();
    if (json.has("config")) blobs.add(blob(json.path("config")));
    json.path("layers").forEach(layer -> blobs.add(blob(layer)));
    return blobs;
  }

  private static Blob blob(com.fasterxml.jackson.databind.JsonNode node) {
    return new Blob(Digest.parse(node.path("digest").asText()), node.path("size").asLong());
  }

  private static void blobs(
      Source source,
      RegistryPlaces.Document manifest,
      ImageReference to,
      RegistryPlaces places,
      Consumer<String> progress)
      throws InterruptedException {
    for (var blob : blobs(manifest)) {
      if (places.hasBlob(to, blob.digest())) continue;
      progress.accept("%s: %,d bytes of %s".formatted(to, blob.bytes(), blob.digest()));
      var kept = kept(source, blob, to);
      try {
        places.putBlob(to, blob.digest(), blob.bytes(), BodyPublishers.ofFile(kept));
      } catch (IOException e) {
        throw RegistryPlaces.failed(to, "the copy here went away");
      } finally {
        forget(kept);
      }
    }
  }

  /** On the disk first, since a login is asked for in the middle and the body is sent again. */
  private static Path kept(Source source, Blob blob, ImageReference image)
      throws InterruptedException {
    try {
      var file = Files.createTempFile("berth-blob", "");
      var hasher = blob.digest().hasher();
      try (var in = source.blob(blob.digest());
          var out = Files.newOutputStream(file)) {
        var buffer = new byte[1 << 16];
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
          hasher.update(buffer, 0, read);
          out.write(buffer, 0, read);
        }
      }
      if (blob.digest().matches(hasher)) return file;
      forget(file);
      throw RegistryPlaces.failed(image, "a part of it has another digest than its name says");
    } catch (IOException e) {
      throw RegistryPlaces.failed(image, String.valueOf(e.getMessage()));
    }
  }

  private static void forget(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
