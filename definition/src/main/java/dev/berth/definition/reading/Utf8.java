package dev.berth.definition.reading;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** The text of an untrusted file's bytes, within the bounds of all that are read here. */
public final class Utf8 {
  /** The largest known .gitpod.yml files have some 20 KiB; GitHub shows files up to 1 MiB. */
  public static final int MOST_BYTES = 1 << 20;

  /** Nested deeper than any field is known, and far from where the stack ends. */
  static final int MOST_DEEP = 64;

  /**
   * Values and names of one file: 1 MiB of nothing but the shortest would take seconds to look
   * through, and the largest known definition has some thousand.
   */
  static final int MOST_VALUES = 300_000;

  private Utf8() {}

  static boolean isTooLarge(byte[] bytes, Findings findings) {
    if (bytes.length <= MOST_BYTES) return false;
    findings.error(
        Place.START,
        "The file is larger than 1 MiB and is not read.",
        "Move long scripts into files of the repository and call them from here.");
    return true;
  }

  /** Without a byte order mark; what is no UTF-8 is told and becomes U+FFFD. */
  static String decoded(byte[] bytes, Findings findings) {
    var decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    var in = ByteBuffer.wrap(bytes);
    var out = CharBuffer.allocate(bytes.length + 1);
    var result = decoder.decode(in, out, true);
    if (result.isError()) {
      findings.error(
          Place.at(out.flip().toString(), out.length()),
          "From here on the file is not in UTF-8; letters that cannot be read become \uFFFD.",
          "Save the file as UTF-8.");
      return withoutMark(new String(bytes, StandardCharsets.UTF_8));
    }
    return withoutMark(out.flip().toString());
  }

  private static String withoutMark(String text) {
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }
}
