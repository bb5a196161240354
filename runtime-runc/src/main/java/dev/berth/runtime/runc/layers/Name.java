package dev.berth.runtime.runc.layers;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What a file is called: bytes, as Linux has it, which need not be text in any encoding. */
final class Name {
  private final byte[] bytes;

  private Name(byte[] bytes) {
    this.bytes = bytes;
  }

  static Name of(String text) {
    return new Name(text.getBytes(StandardCharsets.UTF_8));
  }

  static Name of(byte[] bytes, int from, int to) {
    return new Name(Arrays.copyOfRange(bytes, from, to));
  }

  /** The bytes; whoever asks does not change them. */
  byte[] bytes() {
    return bytes;
  }

  boolean beginsWith(Name start) {
    int length = start.bytes.length;
    return bytes.length >= length && Arrays.equals(bytes, 0, length, start.bytes, 0, length);
  }

  Name from(int index) {
    return of(bytes, index, bytes.length);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Name name && Arrays.equals(bytes, name.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** For a message: printable, and not all of it. */
  @Override
  public String toString() {
    var start = new String(bytes, 0, Math.min(bytes.length, 120), StandardCharsets.UTF_8);
    return start.replaceAll("\\p{Cntrl}", "?") + (bytes.length > 120 ? "..." : "");
  }
}
