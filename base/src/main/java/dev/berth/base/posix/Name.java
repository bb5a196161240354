package dev.berth.base.posix;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What a file is called: bytes, as Linux has it, which need not be text in any encoding. */
public final class Name implements Comparable<Name> {
  private final byte[] bytes;

  private Name(byte[] bytes) {
    this.bytes = bytes;
  }

  public static Name of(String text) {
    return new Name(text.getBytes(StandardCharsets.UTF_8));
  }

  public static Name of(byte[] bytes, int from, int to) {
    return new Name(Arrays.copyOfRange(bytes, from, to));
  }

  /** The bytes; whoever asks does not change them. */
  public byte[] bytes() {
    return bytes;
  }

  public boolean beginsWith(Name start) {
    int length = start.bytes.length;
    return bytes.length >= length && Arrays.equals(bytes, 0, length, start.bytes, 0, length);
  }

  /** Its bytes from {@code index} on. */
  public Name from(int index) {
    return of(bytes, index, bytes.length);
  }

  /** Whether a file can be called so in a folder: not empty, no {@code .} or {@code ..}. */
  public boolean isOneStep() {
    if (bytes.length == 0 || bytes.length > 255) return false;
    if (bytes[0] == '.' && (bytes.length == 1 || (bytes.length == 2 && bytes[1] == '.'))) {
      return false;
    }
    for (byte b : bytes) if (b == '/' || b == 0) return false;
    return true;
  }

  @Override
  public int compareTo(Name other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
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
