package dev.berth.registry;

import dev.berth.base.Problem;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** The hash that names a content, as the OCI image specification writes it: {@code sha256:...}. */
public record Digest(String algorithm, String hex) {
  private static final Pattern HEX = Pattern.compile("[0-9a-f]+");

  public Digest {
    var problem = problem(algorithm, hex);
    if (!problem.isEmpty()) {
      throw new Problem.Invalid(
          "The digest %s cannot be used: %s.".formatted(Shown.cut(algorithm + ":" + hex), problem),
          "Write sha256: and its 64 hex digits.");
    }
  }

  /** The digest that {@code text} is, whole; {@link Problem.Invalid} where it is none. */
  public static Digest parse(String text) {
    int colon = text.indexOf(':');
    if (colon < 0) {
      throw new Problem.Invalid(
          "%s is no digest: it names no algorithm.".formatted(Shown.cut(text)),
          "Write sha256: and its 64 hex digits.");
    }
    return new Digest(text.substring(0, colon), text.substring(colon + 1));
  }

  /** The SHA-256 of {@code content}. */
  public static Digest of(byte[] content) {
    return ended("sha256", hasher("sha256").digest(content));
  }

  /** A fresh hash of this digest's kind. */
  public MessageDigest hasher() {
    return hasher(algorithm);
  }

  /** Whether {@code hasher}, which this ends, saw the content that is meant. */
  public boolean matches(MessageDigest hasher) {
    return ended(algorithm, hasher.digest()).equals(this);
  }

  @Override
  public String toString() {
    return algorithm + ":" + hex;
  }

  private static Digest ended(String algorithm, byte[] hash) {
    return new Digest(algorithm, HexFormat.of().formatHex(hash));
  }

  private static MessageDigest hasher(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm.equals("sha512") ? "SHA-512" : "SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256 and SHA-512", e);
    }
  }

  private static String problem(String algorithm, String hex) {
    int wanted =
        switch (algorithm) {
          case "sha256" -> 64;
          case "sha512" -> 128;
          default -> 0;
        };
    if (wanted == 0) return "its algorithm is neither sha256 nor sha512";
    if (hex.length() != wanted) {
      return "a %s digest has %d hex digits, this one %d"
          .formatted(algorithm, wanted, hex.length());
    }
    return HEX.matcher(hex).matches() ? "" : "it holds more than the digits 0-9 and a-f";
  }
}
