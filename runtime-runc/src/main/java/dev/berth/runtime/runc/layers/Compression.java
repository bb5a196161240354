package dev.berth.runtime.runc.layers;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;

/** Finds out by its first bytes how a layer is compressed; its media type often says otherwise. */
final class Compression {
  private static final int BUFFER_BYTES = 128 * 1024;

  private Compression() {}

  /** The archive inside {@code raw}. */
  static InputStream unpacked(InputStream raw) throws IOException {
    var in = new Ahead(raw);
    in.mark(4);
    var magic = in.readNBytes(4);
    in.reset();
    if (begins(magic, 0x1f, 0x8b)) return new GZIPInputStream(in, BUFFER_BYTES);
    // 0x184D2A5? is a frame to skip, with which zstd:chunked may begin.
    if (begins(magic, 0x28, 0xb5, 0x2f, 0xfd)
        || (magic.length == 4
            && begins(magic, magic[0] & 0xff, 0x2a, 0x4d, 0x18)
            && (magic[0] & 0xf0) == 0x50)) {
      return new ZstdInputStreamNoFinalizer(in);
    }
    return in;
  }

  private static boolean begins(byte[] bytes, int... magic) {
    if (bytes.length < magic.length) return false;
    for (int i = 0; i < magic.length; i++) if ((bytes[i] & 0xff) != magic[i]) return false;
    return true;
  }

  /**
   * Tells of bytes that are to come. The JDK's gzip reader takes 0 for the end of the file, and
   * would leave out all but the first member of a layer that is made of many (eStargz).
   */
  private static final class Ahead extends BufferedInputStream {
    Ahead(InputStream in) {
      super(in, BUFFER_BYTES);
    }

    @Override
    public synchronized int available() throws IOException {
      int ready = super.available();
      if (ready > 0) return ready;
      mark(1);
      boolean ended = read() < 0;
      reset();
      return ended ? 0 : Math.max(1, super.available());
    }
  }
}
