package dev.berth.objects.s3;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where a bucket is and how it is reached.
 *
 * @param endpoint of a service other than AWS
 * @param bucketInPath {@code endpoint/bucket/object}, as most services other than AWS want it
 * @param keys empty for what AWS gives the machine: its role, variables of the environment, a
 *     profile
 * @param authorities a file of certificates in PEM that the service's is signed by, where Java does
 *     not know them
 */
public record S3Options(
    Optional<URI> endpoint,
    String region,
    String bucket,
    boolean bucketInPath,
    Optional<Keys> keys,
    Optional<Path> authorities) {
  /** What signs requests. */
  public record Keys(String access, String secret) {
    @Override
    public String toString() {
      return access; // no secret gets into a log
    }
  }

  S3Options beside(String other) {
    return new S3Options(endpoint, region, other, bucketInPath, keys, authorities);
  }

  /** For people. */
  @Override
  public String toString() {
    return bucket + endpoint.map(at -> " at " + at).orElse(" at AWS, " + region);
  }
}
