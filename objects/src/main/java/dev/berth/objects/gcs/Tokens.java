package dev.berth.objects.gcs;

import dev.berth.base.json.Json;
import dev.berth.objects.http.AccessToken;
import dev.berth.objects.http.BearerToken;
import dev.berth.objects.http.Call;
import dev.berth.objects.http.Call.Field;
import dev.berth.objects.http.Service;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;

/** Where tokens for the service come from. */
final class Tokens {
  private static final String SCOPE = "https://www.googleapis.com/auth/devstorage.read_write";
  private static final long HOUR_SECONDS = 3600;

  private Tokens() {}

  static BearerToken of(GcsOptions.Login login, Clock clock) {
    return switch (login) {
      case GcsOptions.Login.Account(var account) ->
          BearerToken.open(
              "Google's tokens", giver -> exchanged(giver, account, clock.instant()), clock);
      case GcsOptions.Login.Machine(var metadata) ->
          BearerToken.open("Google's metadata server", giver -> given(giver, metadata), clock);
    };
  }

  private record Header(String alg, String typ, String kid) {}

  private record Claims(String iss, String scope, String aud, long iat, long exp) {}

  private static BearerToken.Fresh exchanged(Service giver, ServiceAccount account, Instant now)
      throws IOException, InterruptedException {
    long at = now.getEpochSecond();
    var claims =
        new Claims(account.email(), SCOPE, account.tokens().toString(), at, at + HOUR_SECONDS);
    var signed =
        base64(Json.bytes(new Header("RS256", "JWT", account.keyId())))
            + "."
            + base64(Json.bytes(claims));
    var answer =
        giver.ask(
            Call.ofForm(
                account.tokens(),
                new Field("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
                new Field("assertion", signed + "." + base64(account.sign(signed)))));
    return AccessToken.of(
        answer,
        "Google gives the %s no token".formatted(account),
        "Give a key of it that is not revoked, and see that this machine's clock is right.");
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static BearerToken.Fresh given(Service giver, URI metadata)
      throws IOException, InterruptedException {
    var uri =
        URI.create(
            "%s/computeMetadata/v1/instance/service-accounts/default/token?scopes=%s"
                .formatted(metadata, URLEncoder.encode(SCOPE, StandardCharsets.UTF_8)));
    return AccessToken.of(
        BearerToken.given(
            giver,
            Call.of("GET", uri).with("metadata-flavor", "Google"),
            "name the key of a service account"),
        "Google gives this machine no token",
        "Give the machine a service account that may use the bucket, or name a key.");
  }
}
