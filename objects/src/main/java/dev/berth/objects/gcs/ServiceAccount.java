package dev.berth.objects.gcs;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.berth.base.Problem;
import dev.berth.base.json.Json;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An account of a program, which signs with its key.
 *
 * @param tokens where its signature is exchanged for a token
 */
public record ServiceAccount(
    String email, String keyId, PrivateKey key, URI tokens, Optional<String> project) {
  private static final int MOST_BYTES = 64 << 10;

  private static final String REMEDY =
      "Give the JSON file that Google makes for a key of a service account.";

  /** The file that Google gives for an account's key. */
  private record Given(
      @Nullable String type,
      @JsonProperty("client_email") @Nullable String email,
      @JsonProperty("private_key_id") @Nullable String keyId,
      @JsonProperty("private_key") @Nullable String key,
      @JsonProperty("token_uri") @Nullable String tokens,
      @JsonProperty("project_id") @Nullable String project) {}

  /** What {@code file} holds; {@link Problem.Invalid} where it is no such key. */
  public static ServiceAccount read(Path file) {
    try {
      if (Files.size(file) > MOST_BYTES) throw none(file, "it is too long");
      var given = Json.read(Files.readAllBytes(file), Given.class);
      if (given.email() == null || given.key() == null || given.tokens() == null) {
        var type = given.type() == null ? "" : " but of the type " + given.type();
        throw none(file, "it is none of a service account" + type);
      }
      return new ServiceAccount(
          given.email(),
          given.keyId() == null ? "" : given.keyId(),
          key(given.key()),
          URI.create(given.tokens()),
          Optional.ofNullable(given.project()));
    } catch (IOException e) {
      throw none(file, "it cannot be read", e);
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw none(file, "its private_key is none", e);
    } catch (Problem.Invalid e) {
      if (e.getCause() == null) throw e;
      throw none(file, "it is no JSON of that form", e); // whose words may quote it
    }
  }

  private static Problem.Invalid none(Path file, String why) {
    return new Problem.Invalid("The key in %s cannot be used: %s.".formatted(file, why), REMEDY);
  }

  private static Problem.Invalid none(Path file, String why, Exception cause) {
    return new Problem.Invalid(
        "The key in %s cannot be used: %s.".formatted(file, why), REMEDY, cause);
  }

  private static PrivateKey key(String pem) throws GeneralSecurityException {
    var base64 = pem.replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");
    return KeyFactory.getInstance("RSA")
        .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64)));
  }

  /** RSA with SHA-256. */
  byte[] sign(String text) {
    try {
      var signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(key);
      signature.update(text.getBytes(StandardCharsets.UTF_8));
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("an RSA key signs", e);
    }
  }

  /** Without its key. */
  @Override
  public String toString() {
    return "service account " + email;
  }
}
