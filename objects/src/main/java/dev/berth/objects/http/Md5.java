package dev.berth.objects.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Optional;

/**
 * What services tell from what they got, and we from what they give, whether it came as it went.
 */
public final class Md5 {
  private Md5() {}

  /** Of the remaining bytes, as headers have it. */
  public static String of(ByteBuffer bytes) {
    try {
      var hash = MessageDigest.getInstance("MD5");
      hash.update(bytes.duplicate());
      return Base64.getEncoder().encodeToString(hash.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has MD5", e);
    }
  }

  /** The bytes; an {@link IOException} where they are not those that the service has. */
  public static byte[] checked(byte[] bytes, Optional<String> hash, Object name)
      throws IOException {
    if (hash.isPresent() && !hash.get().equals(of(ByteBuffer.wrap(bytes)))) {
      throw new IOException("%s came otherwise than it went".formatted(name));
    }
    return bytes;
  }
}
