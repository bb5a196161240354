package dev.berth.objects.azure;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.berth.base.Problem;
import dev.berth.objects.azure.AzureOptions.Login;
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
import java.util.Map;
import java.util.stream.Collectors;

/** How a request is asked so that the service lets it in. */
sealed interface Door {
  Answer ask(Service service, Call call) throws IOException, InterruptedException;

  /** Signs each request. */
  record Signing(SharedKey key) implements Door {
    @Override
    public Answer ask(Service service, Call call) throws IOException, InterruptedException {
      return service.ask(key.signed(call));
    }
  }

  /** Adds a signature that somebody made for all of them. */
  record Signed(Login.Signature signature) implements Door {
    static Signed of(AzureOptions options, Login.Signature signature) {
      if (signature.isSignature()) return new Signed(signature);
      throw new Problem.Invalid( // which does not show it
          "The shared access signature for the container %s is none.".formatted(options),
          "Give the query part of the address that Azure shows, which has sig= in it.");
    }

    @Override
    public Answer ask(Service service, Call call) throws IOException, InterruptedException {
      var uri = call.uri();
      var more = (uri.getRawQuery() == null ? "?" : "&") + signature.query();
      return service.ask(call.at(URI.create(uri + more)));
    }
  }

  /** Shows a token. */
  record Bearer(BearerToken token) implements Door {
    @Override
    public Answer ask(Service service, Call call) throws IOException, InterruptedException {
      return token.ask(service, call);
    }
  }

  static Door of(AzureOptions options) {
    var clock = Clock.systemUTC();
    return switch (options.login()) {
      case Login.Key key -> new Signing(SharedKey.of(options.account(), key));
      case Login.Signature signature -> Signed.of(options, signature);
      case Login.Client client ->
          new Bearer(BearerToken.open("Azure's directory", giver -> token(giver, client), clock));
      case Login.Machine machine ->
          new Bearer(
              BearerToken.open("Azure's metadata server", giver -> token(giver, machine), clock));
    };
  }

  /** Seconds come as a number or as a text, by who is asked. */
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

  private static BearerToken.Fresh token(Service giver, Login.Client client)
      throws IOException, InterruptedException {
    var form =
        form(
            Map.of(
                "grant_type",
                "client_credentials",
                "client_id",
                client.id(),
                "client_secret",
                client.secret(),
                "scope",
                "https://storage.azure.com/.default"));
    var uri =
        URI.create(
            "%s/%s/oauth2/v2.0/token".formatted(client.authority(), encoded(client.tenant())));
    var answer =
        giver.ask(
            Call.of("POST", uri)
                .with("content-type", "application/x-www-form-urlencoded")
                .with(ByteBuffer.wrap(form.getBytes(StandardCharsets.US_ASCII))));
    return token(
        answer,
        "The directory %s gives %s no token".formatted(client.tenant(), client),
        "Give the tenant, the client and its secret that belong together.");
  }

  private static BearerToken.Fresh token(Service giver, Login.Machine machine)
      throws IOException, InterruptedException {
    var wanted = machine.client().map(id -> "&client_id=" + encoded(id)).orElse("");
    var uri =
        URI.create(
            "%s/metadata/identity/oauth2/token?api-version=2018-02-01&resource=%s%s"
                .formatted(machine.metadata(), encoded("https://storage.azure.com/"), wanted));
    return token(
        BearerToken.given(
            giver,
            Call.of("GET", uri).with("metadata", "true"),
            "name an account key, a signature or a client"),
        "Azure gives this machine no token",
        "Give the machine an identity that may use the container, or name a key.");
  }

  private static BearerToken.Fresh token(Answer answer, String what, String remedy)
      throws IOException {
    if (answer.isGood()) return answer.as(Token.class).fresh();
    var words = "%s: it was answered %d".formatted(what, answer.status());
    if (answer.status() == 429 || answer.status() >= 500) throw new IOException(words);
    throw new Problem.Unavailable(words + ".", remedy);
  }

  private static String form(Map<String, String> fields) {
    return fields.entrySet().stream()
        .map(field -> field.getKey() + "=" + encoded(field.getValue()))
        .collect(Collectors.joining("&"));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
