package dev.berth.installer.images;

import dev.berth.base.Problem;
import dev.berth.registry.ImageReference;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.function.Consumer;

/**
 * Copies images with all their platforms; what is there already is not sent, and nothing gets its
 * tag before all that is behind the tags of all images is there.
 */
public final class Copying {
  private final RegistryPlaces places;
  private final Consumer<String> progress;

  Copying(RegistryPlaces places, Consumer<String> progress) {
    this.places = places;
    this.progress = progress;
  }

  /** An image and the name that it is to have. */
  record Wanted(Source source, RegistryPlaces.Document top, ImageReference to) {}

  /** Copies them and says their new names, with the digests, which are the same. */
  public static List<String> copy(
      List<ImageReference> images,
      String registry,
      RegistryPlaces places,
      Consumer<String> progress)
      throws InterruptedException {
    var wanted = new ArrayList<Wanted>();
    for (var image : images) {
      wanted.add(
          new Wanted(
              new OfRegistry(places, image),
              places.manifest(image),
              ImageList.at(image, registry)));
    }
    return new Copying(places, progress).all(wanted);
  }

  /** Those that a registry has. */
  record OfRegistry(RegistryPlaces places, ImageReference image) implements Source {
    @Override
    public InputStream document(Descriptor which) throws InterruptedException {
      return places.document(image.at(which.digest()));
    }

    @Override
    public InputStream blob(Descriptor which) throws InterruptedException {
      return places.blob(image, which.digest());
    }

    @Override
    public Problem refused(String why) {
      return RegistryPlaces.failed(image, why);
    }
  }

  List<String> all(List<Wanted> images) throws InterruptedException {
    var names = new HashMap<ImageReference, Wanted>();
    for (var image : images) {
      var other = names.put(image.to(), image);
      if (other != null && !other.top().digest().equals(image.top().digest())) {
        throw image.source().refused("another image would be called %s, too".formatted(image.to()));
      }
    }
    var trees = new ArrayList<ImageTree>();
    for (var image : images) {
      progress.accept("reading what %s consists of".formatted(image.to()));
      trees.add(ImageTree.read(image.source(), image.top()));
    }
    for (int i = 0; i < images.size(); i++) content(images.get(i), trees.get(i));
    var moved = new ArrayList<String>();
    for (var image : images) {
      places.putManifest(image.to(), image.top());
      progress.accept("%s is there".formatted(image.to()));
      moved.add(image.to().at(image.top().digest()).toString());
    }
    return moved;
  }

  /** What a manifest names must be there before it. */
  private void content(Wanted image, ImageTree tree) throws InterruptedException {
    for (var blob : tree.blobs()) {
      if (places.hasBlob(image.to(), blob.digest(), blob.bytes())) continue;
      progress.accept("%s: %,d bytes of %s".formatted(image.to(), blob.bytes(), blob.digest()));
      blob(image, blob);
    }
    for (var document : tree.inner()) {
      places.putManifest(untagged(image.to(), document), document);
    }
  }

  private static ImageReference untagged(ImageReference image, RegistryPlaces.Document document) {
    return ImageReference.parse(
        "%s/%s@%s".formatted(image.registry(), image.path(), document.digest()));
  }

  /**
   * On the disk first: what is not what it says must not be sent, and as a login is asked for in
   * the middle the body may be sent again.
   */
  private void blob(Wanted image, Descriptor blob) throws InterruptedException {
    try {
      var file = Files.createTempFile("berth-blob", "");
      try {
        fill(file, image.source(), blob);
        places.putBlob(image.to(), blob.digest(), blob.bytes(), BodyPublishers.ofFile(file));
      } finally {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new Problem.Unavailable(
          "%,d bytes of %s could not be kept in %s: %s."
              .formatted(
                  blob.bytes(), image.to(), System.getProperty("java.io.tmpdir"), e.getMessage()),
          "Make room there, or name another folder: BERTH_JAVA_OPTIONS=-Djava.io.tmpdir=FOLDER.",
          e);
    }
  }

  private static void fill(Path file, Source source, Descriptor blob)
      throws IOException, InterruptedException {
    try (var out = Files.newOutputStream(file)) {
      source.copy(blob, out);
    }
  }
}
