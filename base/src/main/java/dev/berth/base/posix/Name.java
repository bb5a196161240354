package dev.berth.base.posix;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

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

  /**
   * All of it as text that can be seen and turned back: a backslash, bytes that are not UTF-8, and
   * characters that nobody sees or that move what is around them are written {@code \\xHH}.
   */
  public String escaped() {
    var out = new StringBuilder(bytes.length);
    var decoder = StandardCharsets.UTF_8.newDecoder();
    for (int at = 0; at < bytes.length; ) {
      int length = lengthOfCharacter(bytes, at);
      int letter = -1;
      try {
        if (at + length <= bytes.length) {
          letter = decoder.decode(ByteBuffer.wrap(bytes, at, length)).toString().codePointAt(0);
        }
      } catch (CharacterCodingException _) {
        length = 1; // bytes of no text
      }
      if (letter < 0) length = 1;
      if (letter >= 0 && isSeen(letter)) {
        out.appendCodePoint(letter);
      } else {
        for (int i = at; i < at + length; i++) {
          out.append("\\x").append(HexFormat.of().toHexDigits(bytes[i]));
        }
      }
      at += length;
    }
    return out.toString();
  }

  private static int lengthOfCharacter(byte[] bytes, int at) {
    int first = bytes[at] & 0xff;
    if (first < 0xc0) return 1;
    if (first < 0xe0) return 2;
    return first < 0xf0 ? 3 : 4;
  }

  private static boolean isSeen(int letter) {
    return letter != '\\'
        && switch (Character.getType(letter)) {
          case Character.CONTROL,
              Character.FORMAT,
              Character.LINE_SEPARATOR,
              Character.PARAGRAPH_SEPARATOR,
              Character.SURROGATE,
              Character.UNASSIGNED ->
              false;
          default -> true;
        };
  }

  /** What {@link #escaped} made text of; empty where it can have made no such text. */
  public static Optional<Name> unescaped(String text) {
    var out = new ByteArrayOutputStream(text.length());
    for (int at = 0; at < text.length(); ) {
      int letter = text.codePointAt(at);
      if (letter == '\\') {
        if (!text.startsWith("x", at + 1) || at + 4 > text.length()) return Optional.empty();
        int high = Character.digit(text.charAt(at + 2), 16);
        int low = Character.digit(text.charAt(at + 3), 16);
        if (high < 0 || low < 0) return Optional.empty();
        out.write(high << 4 | low);
        at += 4;
      } else {
        out.writeBytes(Character.toString(letter).getBytes(StandardCharsets.UTF_8));
        at += Character.charCount(letter);
      }
    }
    return Optional.of(new Name(out.toByteArray()));
  }

  /** For a message: printable, and not all of it. */
  @Override
  public String toString() {
    var start = new String(bytes, 0, Math.min(bytes.length, 120), StandardCharsets.UTF_8);
    return start.replaceAll("\\p{Cntrl}", "?") + (bytes.length > 120 ? "..." : "");
  }
}
