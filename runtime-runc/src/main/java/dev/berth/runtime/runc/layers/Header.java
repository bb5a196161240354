package dev.berth.runtime.runc.layers;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The 512 bytes before each file of an archive: POSIX ustar with GNU's larger numbers. */
final class Header {
  static final int BYTES = 512;

  private final byte[] block;

  Header(byte[] block) {
    this.block = block;
  }

  byte[] block() {
    return block;
  }

  boolean isEnd() {
    for (var b : block) if (b != 0) return false;
    return true;
  }

  /** The checksum, which some old programs added up as signed bytes. */
  boolean isIntact() {
    long unsigned = 0;
    long signed = 0;
    for (int i = 0; i < BYTES; i++) {
      int b = i >= 148 && i < 156 ? ' ' : block[i];
      unsigned += b & 0xff;
      signed += b;
    }
    try {
      long told = number(148, 8);
      return told == unsigned || told == signed;
    } catch (Damaged _) {
      return false;
    }
  }

  char type() {
    return (char) (block[156] & 0xff);
  }

  byte[] name() {
    var name = text(0, 100);
    var magic = new String(block, 257, 6, StandardCharsets.ISO_8859_1);
    var prefix = magic.equals("ustar\0") ? text(345, 155) : new byte[0];
    if (prefix.length == 0) return name;
    var whole = Arrays.copyOf(prefix, prefix.length + 1 + name.length);
    whole[prefix.length] = '/';
    System.arraycopy(name, 0, whole, prefix.length + 1, name.length);
    return whole;
  }

  byte[] linkName() {
    return text(157, 100);
  }

  long mode() throws Damaged {
    return number(100, 8);
  }

  long uid() throws Damaged {
    return number(108, 8);
  }

  long gid() throws Damaged {
    return number(116, 8);
  }

  long size() throws Damaged {
    return number(124, 12);
  }

  long modified() throws Damaged {
    return number(136, 12);
  }

  private byte[] text(int from, int length) {
    int end = from;
    while (end < from + length && block[end] != 0) end++;
    return Arrays.copyOfRange(block, from, end);
  }

  /** Octal digits, or GNU's binary form, which the first bit tells. */
  long number(int from, int length) throws Damaged {
    return number(block, from, length);
  }

  static long number(byte[] block, int from, int length) throws Damaged {
    return (block[from] & 0x80) != 0 ? binary(block, from, length) : octal(block, from, length);
  }

  private static long binary(byte[] block, int from, int length) throws Damaged {
    boolean negative = (block[from] & 0x40) != 0;
    if (negative)
      return 0; // a time before 1970; of sizes and owners it is nonsense, and 0 harmless
    long value = block[from] & 0x3f;
    for (int i = from + 1; i < from + length; i++) {
      if (value >= 1L << 54) throw new Damaged("holds a number that is too large");
      value = (value << 8) | (block[i] & 0xff);
    }
    return value;
  }

  private static long octal(byte[] block, int from, int length) throws Damaged {
    int i = from;
    int end = from + length;
    while (i < end && block[i] == ' ') i++;
    long value = 0;
    for (; i < end && block[i] != 0 && block[i] != ' '; i++) {
      if (block[i] < '0' || block[i] > '7') throw new Damaged("holds a number that is none");
      value = value * 8 + block[i] - '0';
    }
    return value;
  }
}
