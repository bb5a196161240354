package dev.berth.control.account;

import dev.berth.base.Problem;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals what a copy of the database must not tell: AES-256-GCM under a key of the installation's
 * own. A text is bound to its place, so that a sealed one that is moved to another row does not
 * open.
 */
public final class Vault {
  /** Begins each sealed text; another way of sealing would begin with another. */
  private static final String FORM = "1:";

  private static final int NONCE_BYTES = 12; // NIST SP 800-38D 8.2.2, random
  private static final int TAG_BITS = 128;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final SecretKeySpec key;

  public Vault(Keys keys) {
    this.key = new SecretKeySpec(keys.derive("secrets at rest"), "AES");
  }

  /** {@code text}, sealed for {@code place}. */
  public String seal(String text, String place) {
    var nonce = new byte[NONCE_BYTES];
    RANDOM.nextBytes(nonce);
    try {
      var sealed = cipher(Cipher.ENCRYPT_MODE, nonce, place).doFinal(bytes(text));
      var all = ByteBuffer.allocate(nonce.length + sealed.length).put(nonce).put(sealed);
      return FORM + Base64.getEncoder().encodeToString(all.array());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has AES-GCM", e);
    }
  }

  /** What was sealed for {@code place}. */
  public String open(String sealed, String place) {
    try {
      if (!sealed.startsWith(FORM)) throw new GeneralSecurityException("an unknown form");
      var all = Base64.getDecoder().decode(sealed.substring(FORM.length()));
      var nonce = java.util.Arrays.copyOf(all, NONCE_BYTES);
      var opened =
          cipher(Cipher.DECRYPT_MODE, nonce, place)
              .doFinal(all, NONCE_BYTES, all.length - NONCE_BYTES);
      return new String(opened, StandardCharsets.UTF_8);
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new Problem.Unavailable(
          "A stored secret cannot be opened with this installation's key.",
          "Put the right secret.key back from your backup, or delete the secret and enter it anew.",
          e);
    }
  }

  private Cipher cipher(int mode, byte[] nonce, String place) throws GeneralSecurityException {
    var cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(bytes(place));
    return cipher;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
