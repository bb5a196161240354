package dev.berth.protocol;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** That somebody has a token, shown without the token: an HMAC of what was agreed on. */
public final class Proof {
  private static final String ALGORITHM = "HmacSHA256";

  private Proof() {}

  /**
   * The proof, in hexadecimal digits.
   *
   * @param what it is meant to show, so that it is good for nothing else; lines without line breaks
   */
  public static String of(String token, String... what) {
    try {
      var mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(token.getBytes(StandardCharsets.UTF_8), ALGORITHM));
      var text = String.join("\n", what);
      return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("each JDK has " + ALGORITHM, e);
    }
  }

  /** Whether {@code shown} is the proof {@code expected}, in a time that tells nothing. */
  public static boolean isSame(String shown, String expected) {
    return MessageDigest.isEqual(
        shown.getBytes(StandardCharsets.UTF_8), expected.getBytes(StandardCharsets.UTF_8));
  }
}
