package dev.berth.runtime.runc.layers;

import dev.berth.registry.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/**
 * Where things lie in the folder of images, which is root's alone:
 *
 * <pre>
 * layers/sha256/DIFF-ID      an unpacked layer, whole, never changed again
 * unpacking/sha256-DIFF-ID   one on its way (tree/, trash/); without its lock, remains of a crash
 * unsynced/sha256-DIFF-ID    a mark: the layer may not have reached the disk yet
 * locks/sha256-DIFF-ID       held by whoever unpacks it
 * manifests/sha256-DIGEST    what an image consists of
 * built/sha256-IDENTITY      what an image consists of that was built here
 * refs/SHA-256-OF-REFERENCE  which digest a reference meant when its registry was asked last
 * </pre>
 */
record ImageFolder(Path root) {
  static ImageFolder create(Path root) throws IOException {
    var ours = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    Files.createDirectories(root, ours);
    Files.setPosixFilePermissions(root, ours.value());
    for (var name :
        List.of("layers", "unpacking", "unsynced", "locks", "manifests", "built", "refs")) {
      Files.createDirectories(root.resolve(name), ours);
    }
    for (var algorithm : List.of("sha256", "sha512")) {
      Files.createDirectories(root.resolve("layers").resolve(algorithm), ours);
    }
    return new ImageFolder(root.toRealPath());
  }

  Path layer(Digest diffId) {
    return root.resolve("layers").resolve(diffId.algorithm()).resolve(diffId.hex());
  }

  /** The same by its flat name. */
  Path layer(String flatDigest) {
    int dash = flatDigest.indexOf('-');
    return layer(new Digest(flatDigest.substring(0, dash), flatDigest.substring(dash + 1)));
  }

  Path unsynced() {
    return root.resolve("unsynced");
  }

  Path unpacking() {
    return root.resolve("unpacking");
  }

  Path unpacking(Digest diffId) {
    return unpacking().resolve(flat(diffId));
  }

  Path lock(String flatDigest) {
    return root.resolve("locks").resolve(flatDigest);
  }

  Path manifest(Digest digest) {
    return root.resolve("manifests").resolve(flat(digest));
  }

  Path built(Digest identity) {
    return root.resolve("built").resolve(flat(identity));
  }

  Path reference(String reference) {
    var name = Digest.of(reference.getBytes(StandardCharsets.UTF_8));
    return root.resolve("refs").resolve(name.hex());
  }

  static String flat(Digest digest) {
    return digest.algorithm() + "-" + digest.hex();
  }

  /** Makes {@code content} stand in {@code file} at once or not at all. */
  static void write(Path file, byte[] content) throws IOException {
    var written = Files.createTempFile(file.getParent(), ".new-", "");
    try {
      Files.write(written, content);
      Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(written);
    }
  }

  long freeBytes() {
    try {
      return Files.getFileStore(root).getUsableSpace();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
