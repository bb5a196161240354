package dev.berth.objects.gcs;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Locale;

/** Addresses that read one object and need no more, signed the service's fourth way. */
final class SignedLink {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private SignedLink() {}

  /**
   * Of {@code name}, which needs no escapes, as bucket and object have none.
   *
   * @param now from when on it is good
   */
  static URI of(
      ServiceAccount account, URI address, String bucket, String name, Instant now, Duration good) {
    var time = TIME.format(now);
    var scope = time.substring(0, 8) + "/auto/storage/goog4_request";
    var path = "%s/%s/%s".formatted(address.getRawPath(), bucket, name);
    var query =
        "X-Goog-Algorithm=GOOG4-RSA-SHA256&X-Goog-Credential=%s&X-Goog-Date=%s&X-Goog-Expires=%d&X-Goog-SignedHeaders=host"
            .formatted(
                URLEncoder.encode(account.email() + "/" + scope, StandardCharsets.UTF_8),
                time,
                good.toSeconds());
    var request =
        String.join(
            "\n",
            "GET",
            path,
            query,
            "host:" + address.getRawAuthority(),
            "",
            "host",
            "UNSIGNED-PAYLOAD");
    var signed = String.join("\n", "GOOG4-RSA-SHA256", time, scope, sha256(request));
    return URI.create(
        "%s://%s%s?%s&X-Goog-Signature=%s"
            .formatted(
                address.getScheme(),
                address.getRawAuthority(),
                path,
                query,
                HexFormat.of().formatHex(account.sign(signed))));
  }

  private static String sha256(String text) {
    try {
      var hash = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(hash.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
