package dev.berth.objects.azure;

import dev.berth.base.Problem;
import dev.berth.objects.azure.AzureOptions.Login;
import dev.berth.objects.http.AccessToken;
import dev.berth.objects.http.Answer;
import dev.berth.objects.http.BearerToken;
import dev.berth.objects.http.Call;
import dev.berth.objects.http.Call.Field;
import dev.berth.objects.http.Service;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;

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

  private static BearerToken.Fresh token(Service giver, Login.Client client)
      throws IOException, InterruptedException {
    var uri =
        URI.create(
            "%s/%s/oauth2/v2.0/token".formatted(client.authority(), encoded(client.tenant())));
    var answer =
        giver.ask(
            Call.ofForm(
                uri,
                new Field("grant_type", "client_credentials"),
                new Field("client_id", client.id()),
                new Field("client_secret", client.secret()),
                new Field("scope", "https://storage.azure.com/.default")));
    return AccessToken.of(
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
    return AccessToken.of(
        BearerToken.given(
            giver,
            Call.of("GET", uri).with("metadata", "true"),
            "name an account key, a signature or a client"),
        "Azure gives this machine no token",
        "Give the machine an identity that may use the container, or name a key.");
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
