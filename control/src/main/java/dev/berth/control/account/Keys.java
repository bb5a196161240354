package dev.berth.control.account;

import dev.berth.base.Problem;
import dev.berth.base.text.Reason;
import dev.berth.protocol.InstallationKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;

/** The installation's key, of which each use gets a key of its own. */
public final class Keys {
  private static final int BYTES = InstallationKey.BYTES;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final byte[] key;

  /** Takes a key of 32 random bytes. */
  public Keys(byte[] key) {
    this.key = key.clone();
  }

  /** Reads the key in {@code file}; makes one, readable by its owner only, where there is none. */
  public static Keys open(Path file) {
    try {
      if (!Files.exists(file)) make(file);
      var bytes = Files.readAllBytes(file);
      if (bytes.length != BYTES) {
        throw new Problem.Invalid(
            "The installation's key %s has %d bytes instead of %d."
                .formatted(file, bytes.length, BYTES),
            "Put the right file back from your backup; a new key makes running workspaces unreachable.");
      }
      return new Keys(bytes);
    } catch (IOException e) {
      throw new Problem.Unavailable(
          "The installation's key %s cannot be read: %s.".formatted(file, Reason.of(e)),
          "Check the rights of the file and its folder.",
          e);
    }
  }

  /**
   * Reads the key in {@code file}, which must be there: its 32 bytes, or base64 of them, as secrets
   * are often kept.
   */
  public static Keys given(Path file) {
    return new Keys(read(file));
  }

  /** The same of what {@code place} holds. */
  public static Keys parse(byte[] bytes, String place) {
    return new Keys(decoded(bytes, place));
  }

  /** The same of a key that was made of the installation's for one use. */
  public static byte[] read(Path file) {
    try {
      return decoded(Files.readAllBytes(file), file.toString());
    } catch (IOException e) {
      throw new Problem.Unavailable(
          "The key %s cannot be read: %s.".formatted(file, Reason.of(e)),
          "Put it there; one that is named (key.file, key.gatewayFile) is never made anew, since all parts of an installation share it.",
          e);
    }
  }

  private static byte[] decoded(byte[] bytes, String place) {
    return InstallationKey.read(bytes)
        .orElseThrow(() ->
            new Problem.Invalid(
                "The key %s is neither %d bytes nor base64 of so many.".formatted(place, BYTES),
                "Put the right file there. An installation's is made with: head -c 32 /dev/urandom | base64"));
  }

  private static void make(Path file) throws IOException {
    var fresh = new byte[BYTES];
    RANDOM.nextBytes(fresh);
    var owner = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    var temporary = Files.createTempFile(file.getParent(), "key", ".new", owner);
    // What is sealed by it outlives a failure of the power, so it must, too.
    try (var out = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
      for (var left = ByteBuffer.wrap(fresh); left.hasRemaining(); ) out.write(left);
      out.force(true);
    }
    Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    try (var folder = FileChannel.open(file.getParent(), StandardOpenOption.READ)) {
      folder.force(true);
    }
  }

  /** The key for one use. */
  public byte[] derive(String use) {
    return InstallationKey.derive(key, use);
  }

  /** A token for one use, which the same use always gets: 43 letters of base64url. */
  public String token(String use) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(derive(use));
  }

  /** A token that nobody can guess. */
  public static String random() {
    var bytes = new byte[BYTES];
    RANDOM.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** What is stored of a token: a copy of the store opens nothing. */
  public static String hash(String token) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(token.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Whether two tokens are the same, in a time that tells nothing of them. */
  public static boolean same(String one, String other) {
    return MessageDigest.isEqual(
        one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
  }
}
