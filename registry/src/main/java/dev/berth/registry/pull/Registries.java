package dev.berth.registry.pull;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.berth.base.Problem;
import dev.berth.base.json.Json;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Asks registries as whom they want to be asked, and again when they are busy. */
final class Registries implements AutoCloseable {
  private static final Set<Integer> BUSY = Set.of(429, 500, 502, 503, 504);

  /** Tokens of some registries carry a list of rights; 64 KiB is what a header may hold at most. */
  private static final int LONGEST_TOKEN = 64 * 1024;

  private static final Pattern TOKEN = Pattern.compile("[!-~]{1," + LONGEST_TOKEN + "}");

  /** What the token specification says for a token that does not say. */
  private static final Duration USUAL_LIFE = Duration.ofSeconds(60);

  private static final Duration LONGEST_LIFE = Duration.ofHours(1);

  private final RegistryAccess access;
  private final Wire wire;
  private final Clock clock;
  private final Tokens tokens;

  Registries(RegistryAccess access, Patience patience, Clock clock) {
    this.access = access;
    this.wire = new Wire(access, patience);
    this.clock = clock;
    this.tokens = new Tokens(clock);
  }

  /** The answer, of status 200 or 206; everything else is a {@link Problem}. */
  Answer answer(Call call) throws InterruptedException {
    var patience = call.patience();
    for (int attempt = 1; ; attempt++) {
      boolean last = attempt >= patience.attempts();
      try {
        var response = authorized(call);
        int status = response.status();
        if (status == 200 || status == 206) return response;
        response.close();
        if (last || !BUSY.contains(status)) {
          throw Failures.answered(call.image(), status, hasLogin(call));
        }
        Thread.sleep(longer(patience.waitAfter(attempt), wanted(response)));
      } catch (IOException e) {
        if (last || !Wire.mayPass(e)) throw Failures.broke(call.image(), e);
        Thread.sleep(patience.waitAfter(attempt));
      }
    }
  }

  private Answer authorized(Call call) throws IOException, InterruptedException {
    var uri = uri(call);
    var repository = call.image().registry() + "/" + call.image().path();
    var response = wire.exchange(call, uri, tokens.find(repository));
    if (response.status() != 401) return response;

    response.close();
    tokens.drop(repository);
    var header = authorization(call, Challenge.of(response.headers()));
    if (header.isEmpty()) throw Failures.answered(call.image(), 401, hasLogin(call));
    return wire.exchange(call, uri, header);
  }

  private Optional<String> authorization(Call call, Challenge challenge)
      throws IOException, InterruptedException {
    var repository = call.image().registry() + "/" + call.image().path();
    return switch (challenge) {
      case Challenge.Unknown _ -> Optional.empty();
      case Challenge.Basic _ -> {
        var header = access.login(call.image().registry()).map(Login::basic);
        header.ifPresent(text -> tokens.keep(repository, text, clock.instant().plus(LONGEST_LIFE)));
        yield header;
      }
      case Challenge.Bearer bearer -> {
        var token = token(call, bearer);
        tokens.keep(repository, token.header(), token.until(clock.instant()));
        yield Optional.of(token.header());
      }
    };
  }

  private Token token(Call call, Challenge.Bearer bearer) throws IOException, InterruptedException {
    var image = call.image();
    var realm = realm(image, bearer.realm());
    var login = access.login(image.registry());
    if (login.isPresent() && !access.maySeeLogin(image.registry(), Wire.authority(realm))) {
      throw new Problem.Refused(
          "Cannot pull %s: %s wants its login to be sent to %s, which is not in its domain."
              .formatted(image, image.registry(), Wire.authority(realm)),
          "If %s really gives out its tokens, add it to the token hosts of %s in the configuration."
              .formatted(Wire.authority(realm), image.registry()));
    }
    // Only what we need, whatever scope the registry proposes: the right to read this image.
    var question =
        bearer.service().map(name -> "service=" + encoded(name) + "&").orElse("")
            + "scope="
            + encoded("repository:" + image.path() + ":pull");
    var asked = URI.create(realm + (realm.getRawQuery() == null ? "?" : "&") + question);
    var ask = new Call(image, "GET", "token", "application/json", 0, call.patience());
    try (var response = wire.exchange(ask, asked, login.map(Login::basic))) {
      int status = response.status();
      if (status == 200) return read(image, response.body().readNBytes(LONGEST_TOKEN * 2));
      if (BUSY.contains(status)) throw new IOException("the token host answered " + status);
      throw Failures.answered(image, status == 404 || status == 400 ? 401 : status, hasLogin(call));
    }
  }

  private static URI realm(Asked image, String realm) {
    try {
      var uri = URI.create(realm);
      if (uri.getHost() != null && uri.getUserInfo() == null && uri.getFragment() == null) {
        return uri;
      }
    } catch (IllegalArgumentException _) {
      // Told below, as for one without a host.
    }
    throw new Problem.Unavailable(
        "Cannot pull %s: %s names no address to get a token from."
            .formatted(image, image.registry()),
        "Check that %s is a container registry.".formatted(image.registry()));
  }

  private static Token read(Asked image, byte[] body) {
    try {
      var answer = Json.read(body, Token.class);
      if (TOKEN.matcher(answer.value()).matches()) return answer;
    } catch (Problem.Invalid _) {
      // What it sent may hold a token: it is in no message.
    }
    throw new Problem.Unavailable(
        "Cannot pull %s: what gives out the tokens of %s sent none that can be read."
            .formatted(image, image.registry()),
        "Try again later, or ask whoever runs the registry.");
  }

  /** What a token host answers; some write the one name, some the other. */
  record Token(
      @Nullable String token,
      @JsonProperty("access_token") @Nullable String accessToken,
      @JsonProperty("expires_in") long expiresInSeconds) {
    String value() {
      if (token != null) return token;
      return accessToken == null ? "" : accessToken;
    }

    String header() {
      return "Bearer " + value();
    }

    /** Some seconds before its end, so that it does not end on its way. */
    Instant until(Instant now) {
      var life = expiresInSeconds <= 0 ? USUAL_LIFE : Duration.ofSeconds(expiresInSeconds);
      return now.plus(life.compareTo(LONGEST_LIFE) < 0 ? life : LONGEST_LIFE).minusSeconds(5);
    }
  }

  private URI uri(Call call) {
    var registry = call.image().registry();
    var scheme = access.plainHttp(registry) ? "http" : "https";
    var host = registry.equals("docker.io") ? "registry-1.docker.io" : registry;
    return URI.create("%s://%s/v2/%s/%s".formatted(scheme, host, call.image().path(), call.path()));
  }

  private boolean hasLogin(Call call) {
    return access.login(call.image().registry()).isPresent();
  }

  private static Duration wanted(Answer response) {
    var header = response.header("retry-after");
    return header.matches("\\d{1,4}") ? Duration.ofSeconds(Long.parseLong(header)) : Duration.ZERO;
  }

  private static Duration longer(Duration ours, Duration theirs) {
    var wait = ours.compareTo(theirs) > 0 ? ours : theirs;
    return wait.compareTo(Patience.LONGEST_WAIT) < 0 ? wait : Patience.LONGEST_WAIT;
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    wire.close();
  }
}
