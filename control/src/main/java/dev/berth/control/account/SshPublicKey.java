package dev.berth.control.account;

import dev.berth.base.Problem;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;

/**
 * A public key that was read whole: a kind that the gateway knows, and every part of the length
 * that this kind has.
 *
 * @param type as OpenSSH writes it
 * @param base64 of the key as it crosses the wire (RFC 4253 6.6), which begins with the type again
 */
public record SshPublicKey(String type, String base64) {
  /** An RSA key of 16,384 bits, the largest that OpenSSH makes, takes 2,740 letters of base64. */
  private static final int LONGEST = 4000;

  /** OpenSSH refuses shorter ones too, from 2,048 bits on they are not yet broken. */
  private static final int RSA_BITS_LEAST = 2048;

  /** A point of each curve, uncompressed: 1 + twice its coordinates' bytes. */
  private static final Map<String, Integer> POINT_BYTES =
      Map.of("nistp256", 65, "nistp384", 97, "nistp521", 133);

  /** Reads a line as in a .pub file or in authorized_keys, without options. */
  public static SshPublicKey parse(String line) {
    var words = line.strip().split("[ \\t]+", 3);
    if (words[0].startsWith("-----BEGIN")) {
      throw new Problem.Invalid(
          "This is a private key.",
          "Keep it to yourself, and paste the content of the file with .pub at its end.");
    }
    if (line.length() > LONGEST + 1000 || line.strip().indexOf('\n') >= 0 || words.length < 2) {
      throw invalid("This is not one line with a type and a key");
    }
    byte[] blob;
    try {
      blob = Base64.getDecoder().decode(words[1]);
    } catch (IllegalArgumentException e) {
      throw invalid("The key is not in base64");
    }
    try {
      check(words[0], ByteBuffer.wrap(blob));
    } catch (BufferUnderflowException e) {
      throw invalid("The key is cut off");
    }
    return new SshPublicKey(words[0], Base64.getEncoder().encodeToString(blob));
  }

  /** What the line says behind the key; empty where it says nothing. */
  public static String comment(String line) {
    var words = line.strip().split("[ \\t]+", 3);
    return words.length < 3 ? "" : words[2].strip();
  }

  /** As OpenSSH writes it, without comment. */
  public String line() {
    return type + " " + base64;
  }

  /** As {@code ssh-keygen -l} prints it. */
  public String fingerprint() {
    try {
      var hash = MessageDigest.getInstance("SHA-256").digest(Base64.getDecoder().decode(base64));
      return "SHA256:" + Base64.getEncoder().withoutPadding().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static void check(String type, ByteBuffer blob) {
    if (!type.equals(text(blob))) throw invalid("The key is of another type than it says");
    switch (type) {
      case "ssh-ed25519" -> length(part(blob), 32);
      case "sk-ssh-ed25519@openssh.com" -> {
        length(part(blob), 32);
        part(blob); // the application that the token knows it by
      }
      case "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521" ->
          point(blob, type.substring("ecdsa-sha2-".length()));
      case "sk-ecdsa-sha2-nistp256@openssh.com" -> {
        point(blob, "nistp256");
        part(blob);
      }
      case "ssh-rsa" -> {
        part(blob); // the exponent
        if (new java.math.BigInteger(part(blob)).bitLength() < RSA_BITS_LEAST) {
          throw invalid("An RSA key of less than %d bits is too weak".formatted(RSA_BITS_LEAST));
        }
      }
      default -> throw invalid("Keys of this type are not known");
    }
    if (blob.hasRemaining()) throw invalid("There is more than a key");
  }

  private static void point(ByteBuffer blob, String curve) {
    if (!text(blob).equals(curve)) throw invalid("The key is of another curve than it says");
    length(part(blob), POINT_BYTES.getOrDefault(curve, 0));
  }

  private static void length(byte[] part, int bytes) {
    if (part.length != bytes) throw invalid("The key does not have the length of its type");
  }

  private static String text(ByteBuffer blob) {
    return new String(part(blob), StandardCharsets.ISO_8859_1);
  }

  private static byte[] part(ByteBuffer blob) {
    int length = blob.getInt();
    if (length < 1 || length > blob.remaining()) throw new BufferUnderflowException();
    var part = new byte[length];
    blob.get(part);
    return part;
  }

  private static Problem.Invalid invalid(String what) {
    return new Problem.Invalid(
        what + ".",
        "Paste the one line of a .pub file (ssh-ed25519, ecdsa-sha2-nistp*, ssh-rsa, sk-*); `ssh-keygen -t ed25519` makes one.");
  }
}
