package dev.berth.definition.devcontainer;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What a file's variables are about.
 *
 * @param repository the folder's name below /workspace
 * @param id letters and digits that no other workspace's repository has: {@code ${devcontainerId}}
 */
public record Surroundings(String repository, String id) {
  /** Those of a repository that is known by an address; the same one has always the same id. */
  public static Surroundings of(String repository, String address) {
    try {
      var hash = MessageDigest.getInstance("SHA-256");
      var bytes = hash.digest(address.getBytes(StandardCharsets.UTF_8));
      return new Surroundings(repository, HexFormat.of().formatHex(bytes).substring(0, 52));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** Where the repository lies in the workspace. */
  String folder() {
    return "/workspace/" + repository;
  }
}
