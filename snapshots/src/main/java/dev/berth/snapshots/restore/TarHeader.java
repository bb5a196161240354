package dev.berth.snapshots.restore;

import dev.berth.snapshots.format.ByteWriter;
import dev.berth.snapshots.format.Entry;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One entry's headers in a tar archive: a plain one, and before it a pax one with what does not fit
 * there. As in POSIX.1-2001, with GNU's and Schily's words for sparse files and attributes.
 */
final class TarHeader {
  static final int BLOCK = 512;
  private static final byte[] ZEROS = new byte[BLOCK];

  private final ByteWriter pax = new ByteWriter(256);

  /** Adds {@code length keyword=value\n}, where the length counts itself. */
  void record(byte[] keyword, byte[] value) {
    int rest = keyword.length + value.length + 3; // a space, '=' and the newline
    int length = rest + 1;
    while (Integer.toString(length).length() + rest != length) length++;
    pax.raw(ascii(length + " "));
    pax.raw(keyword);
    pax.u8('=');
    pax.raw(value);
    pax.u8('\n');
  }

  void record(String keyword, byte[] value) {
    record(ascii(keyword), value);
  }

  void record(String keyword, String value) {
    record(ascii(keyword), ascii(value));
  }

  /** All header blocks of an entry; {@code path} and {@code target} of any length go to pax. */
  byte[] blocks(byte type, byte[] path, byte[] target, Entry.Traits traits, long size) {
    record("path", path);
    if (target.length > 0) record("linkpath", target);
    record("mtime", decimal(traits.modified().seconds(), traits.modified().nanos()));
    record("uid", Long.toString(Integer.toUnsignedLong(traits.uid())));
    record("gid", Long.toString(Integer.toUnsignedLong(traits.gid())));
    record("size", Long.toString(size));
    for (var attribute : traits.attributes()) {
      var name = new ByteWriter(64);
      name.raw(ascii("SCHILY.xattr."));
      name.raw(attribute.name().bytes());
      record(name.toArray(), attribute.value());
    }
    var out = new ByteWriter(pax.length() + 3 * BLOCK);
    out.raw(plain((byte) 'x', ascii("pax"), 0644, pax.length()));
    out.raw(pax.toArray());
    out.raw(ZEROS, 0, padding(pax.length()));
    out.raw(plain(type, path, traits.rights(), size));
    return out.toArray();
  }

  static int padding(long length) {
    return (int) (-length & (BLOCK - 1));
  }

  /** Seconds with nanoseconds as a decimal number; before 1970 both count downwards. */
  private static String decimal(long seconds, int nanos) {
    if (nanos == 0) return Long.toString(seconds);
    if (seconds >= 0) return "%d.%09d".formatted(seconds, nanos);
    return "-%d.%09d".formatted(-seconds - 1, 1_000_000_000 - nanos);
  }

  private static byte[] plain(byte type, byte[] path, int rights, long size) {
    var header = new byte[BLOCK];
    System.arraycopy(path, 0, header, 0, Math.min(100, path.length));
    octal(header, 100, 8, rights);
    octal(header, 108, 8, 0);
    octal(header, 116, 8, 0);
    octal(header, 124, 12, size <= 0_77777777777L ? size : 0);
    octal(header, 136, 12, 0);
    Arrays.fill(header, 148, 156, (byte) ' ');
    header[156] = type;
    System.arraycopy(ascii("ustar\00000"), 0, header, 257, 8);
    octal(header, 329, 8, 0);
    octal(header, 337, 8, 0);
    int sum = 0;
    for (byte b : header) sum += b & 0xff;
    octal(header, 148, 7, sum);
    return header;
  }

  private static void octal(byte[] header, int at, int width, long value) {
    var digits = ascii("%0" + (width - 1) + "o");
    digits = ascii(new String(digits, StandardCharsets.US_ASCII).formatted(value));
    System.arraycopy(digits, 0, header, at, digits.length);
    header[at + digits.length] = 0;
  }

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
