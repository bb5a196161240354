package dev.berth.installer.images;

import dev.berth.base.Problem;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Where an image comes from. Nothing that it sends is believed before it was compared. */
interface Source {
  /** What containerd and Docker cap a manifest at. */
  int MOST_DOCUMENT_BYTES = 4 << 20;

  /** A manifest or a list of them, as it comes. */
  InputStream document(Descriptor which) throws IOException, InterruptedException;

  /** A configuration or a layer, as it comes. */
  InputStream blob(Descriptor which) throws IOException, InterruptedException;

  /** The failure that it holds something else than it says; {@code why} is no sentence. */
  Problem refused(String why);

  /** Writes a blob of which each byte is the one that was meant; else it fails. */
  default void copy(Descriptor which, OutputStream to) throws IOException, InterruptedException {
    try (var in = opened(which, this::blob)) {
      compared(in, which, to);
    }
  }

  /** A document, whole and as it was meant. */
  default RegistryPlaces.Document read(Descriptor which) throws InterruptedException {
    if (which.bytes() > MOST_DOCUMENT_BYTES) {
      throw refused(
          "the manifest %s is to have %,d bytes, and none has more than %,d"
              .formatted(which.digest(), which.bytes(), MOST_DOCUMENT_BYTES));
    }
    var bytes = new ByteArrayOutputStream();
    try (var in = opened(which, this::document)) {
      compared(in, which, bytes);
    } catch (IOException e) {
      throw refused("%s cannot be read (%s)".formatted(which.digest(), e.getMessage()));
    }
    return new RegistryPlaces.Document(which.mediaType(), bytes.toByteArray());
  }

  /** A way to open something. */
  interface Opening {
    InputStream open(Descriptor which) throws IOException, InterruptedException;
  }

  private InputStream opened(Descriptor which, Opening opening) throws InterruptedException {
    try {
      return opening.open(which);
    } catch (IOException e) {
      throw refused("%s cannot be read (%s)".formatted(which.digest(), e.getMessage()));
    }
  }

  private void compared(InputStream from, Descriptor which, OutputStream to) throws IOException {
    var hasher = which.digest().hasher();
    var buffer = new byte[1 << 16];
    long left = which.bytes();
    for (int read = next(from, buffer, which); read >= 0; read = next(from, buffer, which)) {
      left -= read;
      if (left < 0) {
        throw refused(
            "%s is longer than the %,d bytes that its manifest says"
                .formatted(which.digest(), which.bytes()));
      }
      hasher.update(buffer, 0, read);
      to.write(buffer, 0, read);
    }
    if (left > 0) {
      throw refused(
          "%s ends %,d bytes before the %,d that its manifest says"
              .formatted(which.digest(), left, which.bytes()));
    }
    if (!which.digest().matches(hasher)) {
      throw refused("what it has as %s has another digest".formatted(which.digest()));
    }
  }

  private int next(InputStream from, byte[] buffer, Descriptor which) {
    try {
      return from.read(buffer);
    } catch (IOException e) {
      throw refused("%s breaks off (%s)".formatted(which.digest(), e.getMessage()));
    }
  }
}
