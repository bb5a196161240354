package dev.berth.objects.gcs;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.berth.base.Problem;
import dev.berth.base.json.Json;
import dev.berth.objects.http.Answer;
import dev.berth.objects.http.BearerToken;
import dev.berth.objects.http.Call;
import dev.berth.objects.http.Service;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
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

  record Token(
      @JsonProperty("access_token") String token, @JsonProperty("expires_in") long seconds) {
    BearerToken.Fresh fresh() {
      return new BearerToken.Fresh(token, Duration.ofSeconds(seconds));
    }

    @Override
    public String toString() {
      return fresh().toString(); // no secret gets into a log
    }
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
    var form =
        "grant_type=%s&assertion=%s.%s"
            .formatted(
                URLEncoder.encode(
                    "urn:ietf:params:oauth:grant-type:jwt-bearer", StandardCharsets.UTF_8),
                signed,
                base64(account.sign(signed)));
    var answer =
        giver.ask(
            Call.of("POST", account.tokens())
                .with("content-type", "application/x-www-form-urlencoded")
                .with(ByteBuffer.wrap(form.getBytes(StandardCharsets.US_ASCII))));
    return token(
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
    return token(
        BearerToken.given(
            giver,
            Call.of("GET", uri).with("metadata-flavor", "Google"),
            "name the key of a service account"),
        "Google gives this machine no token",
        "Give the machine a service account that may use the bucket, or name a key.");
  }

  private static BearerToken.Fresh token(Answer answer, String what, String remedy)
      throws IOException {
    if (answer.isGood()) return answer.as(Token.class).fresh();
    var words = "%s: it was answered %d".formatted(what, answer.status());
    if (answer.status() == 429 || answer.status() >= 500) throw new IOException(words);
    throw new Problem.Unavailable(words + ".", remedy);
  }
}
