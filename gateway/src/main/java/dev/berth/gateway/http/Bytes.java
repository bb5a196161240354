package dev.berth.gateway.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/** A body that is sent often and never changed. */
final class Bytes {
  static final Bytes NONE = new Bytes(new byte[0]);

  private final byte[] value;

  private Bytes(byte[] value) {
    this.value = value;
  }

  /** Takes over {@code value}. */
  static Bytes of(byte[] value) {
    return new Bytes(value);
  }

  static Bytes of(String text) {
    return new Bytes(text.getBytes(StandardCharsets.UTF_8));
  }

  int length() {
    return value.length;
  }

  ByteBuf buffer() {
    return Unpooled.wrappedBuffer(value);
  }
}
