package dev.berth.registry.pull;

import dev.berth.base.Problem;
import dev.berth.registry.Digest;
import dev.berth.registry.ImageReference;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Clock;
import java.util.function.LongConsumer;

/**
 * Asks registries what a reference means, and for the content behind a digest. Any number of
 * threads may share it; every call blocks, is bounded in time and space, and fails with a {@link
 * Problem} that names image, registry and remedy.
 */
public final class RegistryClient implements AutoCloseable {
  /** A list names manifests; one that names lists has no honest reason. */
  private static final int MOST_HOPS = 1;

  private final Mirrors mirrors;
  private final Registries registries;
  private final Patience patience;
  private final Platform platform;

  private RegistryClient(RegistryAccess access, Platform platform, Patience patience) {
    this.mirrors = access.mirrors();
    this.registries = new Registries(access, patience, Clock.systemUTC());
    this.platform = platform;
    this.patience = patience;
  }

  /** A client for images that run on {@code platform}. */
  public static RegistryClient open(RegistryAccess access, Platform platform) {
    return open(access, platform, Patience.USUAL);
  }

  static RegistryClient open(RegistryAccess access, Platform platform, Patience patience) {
    return new RegistryClient(access, platform, patience);
  }

  /**
   * What the reference names now. Costs one small request; a registry that is away is not waited
   * for long ({@link Problem.Unavailable}).
   */
  public Digest digest(ImageReference image) throws InterruptedException {
    if (image.digest().isPresent()) return image.digest().get();
    var asked = mirrors.asked(image);
    var call = Call.manifest(asked, "HEAD", which(asked), patience.twice());
    try (var answer = registries.answer(call)) {
      var header = answer.header("docker-content-digest");
      if (!header.isEmpty()) return Digest.parse(header);
    }
    return Digest.of(document(asked, Long.MAX_VALUE));
  }

  /** The image for our platform that the reference names now. */
  public ResolvedImage resolve(ImageReference image) throws InterruptedException {
    return resolve(mirrors.asked(image));
  }

  private ResolvedImage resolve(Asked image) throws InterruptedException {
    var manifests = new Manifests(image, platform);
    var json = document(image, Long.MAX_VALUE);
    var named = image.digest().orElseGet(() -> Digest.of(json));
    var kind = manifests.read(json);
    for (int hops = 0; kind instanceof Manifests.Kind.Elsewhere(var digest, var size); hops++) {
      if (hops >= MOST_HOPS) {
        throw new Problem.Invalid(
            "Cannot use %s: its list of manifests names another list.".formatted(image),
            "Push it again.");
      }
      kind = manifests.read(document(image.at(digest), size));
    }
    var manifest = (Manifests.Kind.Here) kind;
    var config = config(image, manifest.config(), manifest.configBytes());
    return manifests.image(named, manifest.layers(), config);
  }

  /**
   * A layer as the registry sends it. Reading it reconnects after a cut; its end is reached only if
   * size and digest are right.
   *
   * @param progress is told the bytes of each read
   */
  public InputStream layer(ImageReference image, ImageLayer layer, LongConsumer progress) {
    return new BlobStream(
        registries, mirrors.asked(image), layer.digest(), layer.sizeBytes(), patience, progress);
  }

  /**
   * The one blob of {@code mediaType} that the reference names, where that is no image but
   * something else that a registry keeps; whole, and of the right digest.
   *
   * @param mostBytes a larger one is refused before it is asked for
   */
  public byte[] artifact(ImageReference image, String mediaType, int mostBytes)
      throws InterruptedException {
    var name = mirrors.asked(image);
    var layer = new Manifests(name, platform).only(document(name, Long.MAX_VALUE), mediaType);
    if (layer.sizeBytes() > mostBytes) {
      throw new Problem.Invalid(
          "Cannot use %s: it is of %,d bytes, and at most %,d are taken."
              .formatted(name, layer.sizeBytes(), mostBytes),
          "Use a smaller one.");
    }
    return content(name, layer.digest(), layer.sizeBytes());
  }

  private static String which(Asked image) {
    return image.digest().map(Digest::toString).or(image::tag).orElse("latest");
  }

  /** A manifest, of the right digest where the reference names one. */
  private byte[] document(Asked image, long mostBytes) throws InterruptedException {
    var call = Call.manifest(image, "GET", which(image), patience);
    try (var answer = registries.answer(call)) {
      var json = all(call, answer, Math.min(mostBytes, Manifests.MOST_BYTES));
      var wanted = image.digest();
      if (wanted.isPresent()) {
        var hasher = wanted.get().hasher();
        hasher.update(json);
        if (!wanted.get().matches(hasher)) {
          throw new Problem.Unavailable(
              "Cannot pull %s: the manifest that %s sent has another digest."
                  .formatted(image, image.registry()),
              "Try again; if it stays so, push the image again.");
        }
      }
      return json;
    }
  }

  private byte[] config(Asked image, Digest digest, long sizeBytes) throws InterruptedException {
    if (sizeBytes > Manifests.MOST_BYTES) {
      throw new Problem.Invalid(
          "Cannot use %s: its configuration is of %d bytes, and at most %d are allowed."
              .formatted(image, sizeBytes, Manifests.MOST_BYTES),
          "Build it with less history and fewer labels.");
    }
    return content(image, digest, sizeBytes);
  }

  private byte[] content(Asked image, Digest digest, long sizeBytes) throws InterruptedException {
    try (var blob = new BlobStream(registries, image, digest, sizeBytes, patience, _ -> {})) {
      return blob.readAllBytes();
    } catch (InterruptedIOException e) {
      throw giveUp(e);
    } catch (IOException e) {
      throw Failures.broke(image, e);
    }
  }

  private static InterruptedException giveUp(InterruptedIOException e) {
    Thread.interrupted(); // told by the exception from here on
    var told = new InterruptedException("the pull was given up");
    told.initCause(e);
    return told;
  }

  /** A small answer, read whole. */
  private static byte[] all(Call call, Answer answer, long mostBytes) throws InterruptedException {
    try {
      var bytes = answer.body().readNBytes((int) mostBytes + 1);
      if (bytes.length <= mostBytes) return bytes;
    } catch (IOException e) {
      if (Thread.interrupted()) throw new InterruptedException("the pull was given up");
      throw Failures.broke(call.image(), e);
    }
    throw new Problem.Invalid(
        "Cannot use %s: its manifest is larger than %d bytes.".formatted(call.image(), mostBytes),
        "Check that %s is a container registry.".formatted(call.image().registry()));
  }

  @Override
  public void close() {
    registries.close();
  }
}
