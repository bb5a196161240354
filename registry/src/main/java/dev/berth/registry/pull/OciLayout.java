package dev.berth.registry.pull;

import dev.berth.base.Problem;
import dev.berth.base.json.Json;
import dev.berth.registry.Digest;
import dev.berth.registry.ImageReference;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/**
 * An image as a folder in the layout of the OCI specification, which a stranger filled: nothing in
 * it is followed, and what it says is taken for its own only. Nobody may change it meanwhile.
 */
public final class OciLayout {
  /** For messages: what was built has no name yet. */
  private static final Asked NAME = Mirrors.NONE.asked(ImageReference.parse("localhost/built"));

  private static final LinkOption NO_LINKS = LinkOption.NOFOLLOW_LINKS;

  private final Path folder;
  private final Platform platform;

  private OciLayout(Path folder, Platform platform) {
    this.folder = folder;
    this.platform = platform;
  }

  /** The layout in {@code folder}, for images that run on {@code platform}. */
  public static OciLayout of(Path folder, Platform platform) {
    return new OciLayout(folder, platform);
  }

  /** Its one image; {@link Problem.Invalid} where it is none that can be used. */
  public ResolvedImage image() throws IOException {
    var index = Json.read(small(folder.resolve("index.json")), Manifests.Document.class);
    var listed = index.manifests();
    if (listed == null || listed.size() != 1 || listed.getFirst() == null) {
      throw broken("its index names not one image");
    }
    var named = Digest.parse(String.valueOf(listed.getFirst().digest()));
    var manifests = new Manifests(NAME, platform);
    if (!(manifests.read(document(named)) instanceof Manifests.Kind.Here here)) {
      throw broken("its manifest is a list");
    }
    return manifests.image(named, here.layers(), document(here.config()));
  }

  /** A layer's archive, at most as long as the manifest says. */
  public InputStream layer(ImageLayer layer) throws IOException {
    var file = blob(layer.digest());
    if (Files.size(file) != layer.sizeBytes())
      throw broken("a layer has another size than it says");
    return open(file);
  }

  private byte[] document(Digest digest) throws IOException {
    var bytes = small(blob(digest));
    var hasher = digest.hasher();
    hasher.update(bytes);
    if (!digest.matches(hasher)) throw broken("a document has another digest than its name says");
    return bytes;
  }

  /** A digest has no letters but hexadecimal ones, so this stays in the folder. */
  private Path blob(Digest digest) throws IOException {
    var blobs = folder.resolve("blobs");
    var ofKind = blobs.resolve(digest.algorithm());
    if (!Files.isDirectory(blobs, NO_LINKS) || !Files.isDirectory(ofKind, NO_LINKS)) {
      throw broken("it has no blobs");
    }
    return ofKind.resolve(digest.hex());
  }

  private byte[] small(Path file) throws IOException {
    try (var stream = open(file)) {
      var bytes = stream.readNBytes(Manifests.MOST_BYTES + 1);
      if (bytes.length <= Manifests.MOST_BYTES) return bytes;
    }
    throw broken("a document in it is larger than %d bytes".formatted(Manifests.MOST_BYTES));
  }

  /** A pipe would let its reader wait for ever, and a link leads elsewhere. */
  private InputStream open(Path file) throws IOException {
    if (!Files.isDirectory(folder, NO_LINKS) || !Files.isRegularFile(file, NO_LINKS)) {
      throw new NoSuchFileException(file.toString());
    }
    return Channels.newInputStream(
        Files.newByteChannel(file, Set.of(StandardOpenOption.READ, NO_LINKS)));
  }

  /** Whether there is one. */
  public boolean exists() {
    return Files.isRegularFile(folder.resolve("index.json"), NO_LINKS);
  }

  private static Problem.Invalid broken(String why) {
    return new Problem.Invalid(
        "What was built cannot be used: %s.".formatted(why),
        "Start again; if it happens again, see what the Dockerfile does to its builder.");
  }
}
