package dev.berth.protocol.route;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What a control proves itself by to a gateway that has not told it anything yet: the HMAC, by the
 * token that both have, of what the gateway made up and of the answer.
 */
public final class LeaderProof {
  private static final String ALGORITHM = "HmacSHA256";

  private LeaderProof() {}

  /** The proof, in hexadecimal digits. */
  public static String of(String token, String nonce, boolean leads) {
    try {
      var mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(token.getBytes(StandardCharsets.UTF_8), ALGORITHM));
      var text = "control\n%s\n%s".formatted(nonce, leads);
      return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("each JDK has " + ALGORITHM, e);
    }
  }

  /** Whether {@code view} is of one that has the token, and was made for {@code nonce}. */
  public static boolean holds(LeaderView view, String token, String nonce) {
    var expected = of(token, nonce, view.leads()).getBytes(StandardCharsets.UTF_8);
    return view.proof()
        .filter(proof -> MessageDigest.isEqual(proof.getBytes(StandardCharsets.UTF_8), expected))
        .isPresent();
  }
}
