package dev.berth.registry.pull;

import dev.berth.base.Problem;
import dev.berth.registry.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.security.MessageDigest;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A blob from its first byte to its last, over as many connections as that takes; the end is told
 * only where digest and size are right. What is wrong is a {@link Problem}. For one thread.
 */
final class BlobStream extends InputStream {
  /** A sender that cuts more often than this sends a few bytes each time on purpose. */
  private static final int MOST_CONNECTIONS = 100;

  /**
   * Where a connection brought this much, the sender works, and its next cut counts as the first.
   */
  private static final long WORKING_BYTES = 1 << 20;

  private final Registries registries;
  private final Asked image;
  private final Digest digest;
  private final long sizeBytes;
  private final LongConsumer progress;
  private final MessageDigest hasher;
  private final Patience patience;

  private @Nullable InputStream body;
  private long at;
  private int connections;
  private int cuts;
  private long atLastConnection;
  private boolean verified;

  BlobStream(
      Registries registries,
      Asked image,
      Digest digest,
      long sizeBytes,
      Patience patience,
      LongConsumer progress) {
    this.registries = registries;
    this.image = image;
    this.digest = digest;
    this.sizeBytes = sizeBytes;
    this.patience = patience;
    this.progress = progress;
    this.hasher = digest.hasher();
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (length == 0) return 0;
    while (at < sizeBytes) {
      int got = readOnce(into, offset, (int) Math.min(length, sizeBytes - at));
      if (got <= 0) continue;
      hasher.update(into, offset, got);
      at += got;
      progress.accept(got);
      return got;
    }
    verify();
    return -1;
  }

  /** Bytes of one connection; none where it was cut, and the next call makes another. */
  private int readOnce(byte[] into, int offset, int length) throws IOException {
    try {
      if (body == null) body = connect();
      int got = body.read(into, offset, length);
      if (got < 0) throw new IOException("it ended after %d of %d bytes".formatted(at, sizeBytes));
      return got;
    } catch (InterruptedException e) {
      throw interrupted(e);
    } catch (IOException e) {
      if (Thread.currentThread().isInterrupted()) throw interrupted(e);
      drop();
      reconnectLater(e);
      return 0;
    }
  }

  private InputStream connect() throws IOException, InterruptedException {
    connections++;
    atLastConnection = at;
    var response = registries.answer(Call.blob(image, digest, at, patience));
    var opened = response.body();
    if (at == 0) return opened;
    if (response.status() == 206) {
      var range = response.header("content-range");
      if (range.startsWith("bytes " + at + "-")) return opened;
      opened.close();
      throw new IOException("it sent another range than was asked for: " + range);
    }
    opened.skipNBytes(at); // it knows no ranges and begins again
    return opened;
  }

  private void reconnectLater(IOException cut) throws IOException {
    cuts = at - atLastConnection >= WORKING_BYTES ? 1 : cuts + 1;
    if (cuts >= patience.attempts() || connections >= MOST_CONNECTIONS) {
      throw Failures.broke(image, cut);
    }
    try {
      Thread.sleep(patience.waitAfter(cuts));
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private void verify() {
    if (verified) return;
    if (!digest.matches(hasher)) {
      throw new Problem.Unavailable(
          "Cannot pull %s: what %s sent for %s has another digest."
              .formatted(image, image.registry(), digest),
          "Try again; if it stays so, the registry's storage or a proxy before it is broken: push"
              + " the image again.");
    }
    verified = true;
  }

  private void drop() throws IOException {
    var old = body;
    body = null;
    if (old != null) old.close();
  }

  private static InterruptedIOException interrupted(Throwable cause) {
    Thread.currentThread().interrupt();
    var told = new InterruptedIOException("the pull was given up");
    told.initCause(cause);
    return told;
  }

  @Override
  public void close() throws IOException {
    drop();
  }
}
