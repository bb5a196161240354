package dev.berth.definition;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/** Changes files as a careless or evil author would. */
record Mutation(RandomGenerator random) {
  /** Deeper than any reader goes, and than a stack would bear. */
  private static final int DEEP = 20_000;

  private static final List<String> PIECES =
      List.of(
          "\"",
          "'",
          "{",
          "}",
          "[",
          "]",
          ":",
          ",",
          "\n",
          "  ",
          "\t",
          "#",
          "//",
          "/*",
          "*/",
          "&a ",
          "*a",
          "<<: ",
          "- ",
          "? ",
          "| ",
          "> ",
          "!!x ",
          "~",
          "null",
          "true",
          "1e999",
          "0x",
          "-1",
          "99999999999999999999",
          "../",
          "/",
          "\\",
          "\\u0000",
          "\\ud800",
          "${localEnv:A}",
          "${containerEnv:A:b}",
          "$(id)",
          "\0",
          "\u0007",
          "\u001b]0;x\u0007",
          "\r",
          "\u0085",
          "\u2028",
          "\u202e",
          "\ufeff",
          "é",
          "😀",
          "%YAML 9\n",
          "---\n");

  byte[] of(byte[] bytes) {
    var out = bytes;
    for (int i = random.nextInt(6); i >= 0; i--) out = once(out);
    return out;
  }

  private byte[] once(byte[] bytes) {
    int from = random.nextInt(bytes.length + 1);
    int to = Math.min(bytes.length, from + random.nextInt(12));
    var piece = PIECES.get(random.nextInt(PIECES.size())).getBytes(StandardCharsets.UTF_8);
    return switch (random.nextInt(10)) {
      case 0 -> joined(bytes, from, new byte[0], to);
      case 1 -> joined(bytes, from, repeated(piece, 1 + random.nextInt(200)), from);
      case 2 -> joined(bytes, from, Arrays.copyOfRange(bytes, from, to), from);
      case 3 -> joined(bytes, from, new byte[] {(byte) random.nextInt(256)}, from);
      case 4 -> Arrays.copyOf(bytes, from);
      case 5 -> flipped(bytes, from);
      case 6 -> joined(bytes, from, line(bytes, random.nextInt(bytes.length + 1)), from);
      case 7 -> joined(bytes, lineStart(bytes, from), line(bytes, from), lineStart(bytes, from));
      case 8 -> random.nextInt(40) == 0 ? joined(bytes, from, nested(), from) : bytes;
      default -> joined(bytes, from, piece, to);
    };
  }

  /** The same part of {@code bytes} and of {@code other} in one file. */
  byte[] spliced(byte[] bytes, byte[] other) {
    int from = random.nextInt(other.length + 1);
    int length = random.nextInt(Math.min(400, other.length - from + 1));
    int at = random.nextInt(bytes.length + 1);
    return joined(bytes, at, Arrays.copyOfRange(other, from, from + length), at);
  }

  private byte[] flipped(byte[] bytes, int at) {
    if (at == bytes.length) return bytes;
    var out = bytes.clone();
    out[at] ^= (byte) (1 << random.nextInt(8));
    return out;
  }

  private byte[] nested() {
    var piece = List.of("[", "{\"a\":", "- ", "{a: ", "? ", "&a [").get(random.nextInt(6));
    return repeated(piece.getBytes(StandardCharsets.UTF_8), 1 + random.nextInt(DEEP));
  }

  private static int lineStart(byte[] bytes, int at) {
    int start = at;
    while (start > 0 && bytes[start - 1] != '\n') start--;
    return start;
  }

  /** The line around {@code at}, with its end: written twice, its key is there twice. */
  private static byte[] line(byte[] bytes, int at) {
    int start = lineStart(bytes, at);
    int end = start;
    while (end < bytes.length && bytes[end] != '\n') end++;
    return (new String(bytes, start, end - start, StandardCharsets.ISO_8859_1) + "\n")
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  private static byte[] joined(byte[] bytes, int from, byte[] between, int to) {
    var out = new ByteArrayOutputStream();
    out.write(bytes, 0, from);
    out.writeBytes(between);
    out.write(bytes, to, bytes.length - to);
    return out.toByteArray();
  }

  private static byte[] repeated(byte[] piece, int times) {
    var out = new ByteArrayOutputStream();
    for (int i = 0; i < times; i++) out.writeBytes(piece);
    return out.toByteArray();
  }
}
