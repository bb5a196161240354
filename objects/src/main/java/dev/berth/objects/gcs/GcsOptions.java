package dev.berth.objects.gcs;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where a bucket is and how it is reached.
 *
 * @param endpoint where it is not Google's
 * @param place where buckets are made, and whose they are; asked for nothing else
 * @param authorities a file of certificates in PEM that the service's is signed by, where Java does
 *     not know them
 */
public record GcsOptions(
    Optional<URI> endpoint, String bucket, Place place, Login login, Optional<Path> authorities) {
  private static final String GOOGLE = "https://storage.googleapis.com";

  /**
   * Of new buckets.
   *
   * @param location Google's own choice where empty
   */
  public record Place(Optional<String> project, Optional<String> location) {}

  /** What lets us in. */
  public sealed interface Login {
    /** A service account, by its key. */
    record Account(ServiceAccount account) implements Login {}

    /**
     * What Google gives the machine, or the pod.
     *
     * @param metadata where it is asked for
     */
    record Machine(URI metadata) implements Login {}
  }

  /** Without a {@code /} at its end. */
  String address() {
    return endpoint.map(URI::toString).orElse(GOOGLE).replaceFirst("/+$", "");
  }

  GcsOptions beside(String other) {
    return new GcsOptions(endpoint, other, place, login, authorities);
  }

  /** For people. */
  @Override
  public String toString() {
    return bucket + endpoint.map(at -> " at " + at).orElse(" at Google");
  }
}
