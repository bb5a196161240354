package dev.berth.definition;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/** Changes files as a careless or evil author would. */
record Mutation(RandomGenerator random) {
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
    return switch (random.nextInt(6)) {
      case 0 -> joined(bytes, from, new byte[0], to);
      case 1 -> joined(bytes, from, repeated(piece, 1 + random.nextInt(200)), from);
      case 2 -> joined(bytes, from, Arrays.copyOfRange(bytes, from, to), from);
      case 3 -> joined(bytes, from, new byte[] {(byte) random.nextInt(256)}, from);
      case 4 -> Arrays.copyOf(bytes, from);
      default -> joined(bytes, from, piece, to);
    };
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
