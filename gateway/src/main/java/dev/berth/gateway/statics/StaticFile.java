package dev.berth.gateway.statics;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;

/** A file in the form in which it is sent. Any thread may send it, many at once. */
public final class StaticFile {
  private final String type;
  private final String etag;
  private final Encoding encoding;
  private final ByteBuffer bytes;

  /**
   * A file.
   *
   * @param type the value of its Content-Type header
   * @param etag the same for all encodings, therefore a weak one
   * @param bytes mapped, so that the kernel's own copy is what is sent; never changed
   */
  StaticFile(String type, String etag, Encoding encoding, ByteBuffer bytes) {
    this.type = type;
    this.etag = etag;
    this.encoding = encoding;
    this.bytes = bytes;
  }

  public String type() {
    return type;
  }

  public String etag() {
    return etag;
  }

  public Encoding encoding() {
    return encoding;
  }

  public int length() {
    return bytes.limit();
  }

  /** A part of what is sent, which is not copied. */
  public ByteBuf part(int from, int length) {
    return Unpooled.wrappedBuffer(bytes.slice(from, length));
  }
}
