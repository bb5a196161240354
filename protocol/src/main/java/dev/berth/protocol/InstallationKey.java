package dev.berth.protocol;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** How the key that all parts of an installation share is written, and what is made of it. */
public final class InstallationKey {
  /** How many bytes it has, and each key that is made of it. */
  public static final int BYTES = 32;

  /** The use whose key opens control's internal API: all that a gateway needs. */
  public static final String GATEWAY = "gateway";

  private static final String ALGORITHM = "HmacSHA256";

  private InstallationKey() {}

  /** The bytes of a key that is kept as such or as base64; empty where it is neither. */
  public static Optional<byte[]> read(byte[] kept) {
    if (kept.length == BYTES) return Optional.of(kept.clone());
    try {
      var text = new String(kept, StandardCharsets.US_ASCII).strip();
      return Optional.of(Base64.getDecoder().decode(text)).filter(key -> key.length == BYTES);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** The key for one use, of which {@code key} cannot be found out. */
  public static byte[] derive(byte[] key, String use) {
    try {
      var mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key, ALGORITHM));
      return mac.doFinal(use.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + ALGORITHM, e);
    }
  }
}
