package dev.berth.installer.manifests;

import dev.berth.base.config.Settings;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** What pods read at their start only, in short: another one makes other pods. */
final class Digest {
  private static final int BYTES = 16;

  private Digest() {}

  /** Of what anybody may read. */
  static String of(String text) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      return hex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** By the installation's key: who reads the annotation learns nothing of a short password. */
  static String sealed(Secrets secrets, Map<String, byte[]> content) {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      var key = secrets.of(Secrets.KEYS).getOrDefault("key", new byte[] {0});
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      SortedMap<String, byte[]> inOrder = new TreeMap<>(content);
      inOrder.forEach((entry, bytes) -> {
        mac.update(Settings.variable(entry).getBytes(StandardCharsets.UTF_8));
        mac.update((byte) 0);
        mac.update(bytes);
      });
      return hex(mac.doFinal());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HMAC-SHA-256", e);
    }
  }

  private static String hex(byte[] digest) {
    return HexFormat.of().formatHex(digest, 0, BYTES);
  }
}
