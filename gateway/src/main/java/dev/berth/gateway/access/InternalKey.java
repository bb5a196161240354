package dev.berth.gateway.access;

import dev.berth.base.Problem;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The secret that control and its gateways share. */
public final class InternalKey {
  private final byte[] key;

  private InternalKey(byte[] key) {
    this.key = key;
  }

  /** Takes at least 32 random bytes. */
  public static InternalKey of(byte[] key) {
    if (key.length < 32) {
      throw new Problem.Invalid(
          "The internal key has %d bytes, which is too short.".formatted(key.length),
          "Use 32 random bytes.");
    }
    return new InternalKey(key.clone());
  }

  /** The value of the header Authorization that control's internal API asks for. */
  public String authorization() {
    return "Bearer " + token();
  }

  /** What control and its gateways share, as text. */
  public String token() {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(key);
  }

  /** The HMAC of {@code text} by a key for {@code purpose} alone, made of this one. */
  Signer signer(String purpose) {
    return new Signer(
        new SecretKeySpec(hmac(new SecretKeySpec(key, ALGORITHM), purpose), ALGORITHM));
  }

  private static final String ALGORITHM = "HmacSHA256";

  /** Signs for one purpose. */
  record Signer(SecretKeySpec key) {
    byte[] sign(String text) {
      return hmac(key, text);
    }
  }

  private static byte[] hmac(SecretKeySpec key, String text) {
    try {
      var mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("each JDK has " + ALGORITHM, e);
    }
  }
}
