package dev.berth.runtime.runc.layers;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.FileStore;
import java.security.MessageDigest;

/** An unpacked archive on its way: hashed, bounded, and stopped before it fills the disk. */
final class Metered extends InputStream {
  /** How much is written between two looks at the disk. */
  private static final long LOOK_BYTES = 32L << 20;

  private final InputStream in;
  private final MessageDigest hasher;
  private final Bounds bounds;
  private final FileStore disk;
  private final byte[] buffer = new byte[256 * 1024];
  private int from;
  private int to;
  private long bytes;
  private long nextLook;

  Metered(InputStream in, MessageDigest hasher, Bounds bounds, FileStore disk) {
    this.in = in;
    this.hasher = hasher;
    this.bounds = bounds;
    this.disk = disk;
  }

  @Override
  public int read() throws IOException {
    if (!fill()) return -1;
    return buffer[from++] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (length == 0) return 0;
    if (!fill()) return -1;
    int got = Math.min(length, to - from);
    System.arraycopy(buffer, from, into, offset, got);
    from += got;
    return got;
  }

  private boolean fill() throws IOException {
    if (from < to) return true;
    if (Thread.currentThread().isInterrupted()) throw new InterruptedIOException("given up");
    int got = in.read(buffer, 0, buffer.length);
    if (got <= 0) return false;
    hasher.update(buffer, 0, got);
    from = 0;
    to = got;
    bytes += got;
    if (bytes > bounds.mostBytes()) {
      throw new Damaged("unpacks to more than %,d bytes".formatted(bounds.mostBytes()));
    }
    if (bytes >= nextLook) {
      nextLook = bytes + LOOK_BYTES;
      if (disk.getUsableSpace() < bounds.reserveBytes()) throw new DiskFull();
    }
    return true;
  }

  /** Reads what stands behind the archive's end, which its digest covers too. */
  void readToEnd() throws IOException {
    from = to;
    while (fill()) from = to;
  }

  /** Less is free than must stay so. */
  static final class DiskFull extends IOException {
    private static final long serialVersionUID = 1;

    DiskFull() {
      super("the disk is nearly full");
    }
  }
}
