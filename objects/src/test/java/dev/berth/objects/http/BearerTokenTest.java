package dev.berth.objects.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.base.Problem;
import dev.berth.objects.FakeService;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Also what must not be seen of it, and of what it is shown in. */
final class BearerTokenTest {
  private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

  private final AtomicInteger given = new AtomicInteger();
  private Instant now = NOON;
  private long nanos = Long.MAX_VALUE - 1; // which may run over

  /** Good for an hour; the first is t1. */
  private BearerToken token() {
    return BearerToken.open(
        "test's tokens",
        _ -> new BearerToken.Fresh("t" + given.incrementAndGet(), Duration.ofHours(1)),
        () -> now,
        () -> nanos);
  }

  @Test
  void it_is_asked_for_anew_before_it_ends() throws Exception {
    try (var token = token()) {
      assertThat(token.now()).isEqualTo("t1");
      now = NOON.plus(Duration.ofMinutes(55));
      assertThat(token.now()).isEqualTo("t1");
      now = NOON.plus(Duration.ofMinutes(57));
      assertThat(token.now()).isEqualTo("t2");
    }
  }

  @Test
  void it_ends_also_where_the_clock_was_set_back() throws Exception {
    try (var token = token()) {
      assertThat(token.now()).isEqualTo("t1");
      now = NOON.minus(Duration.ofHours(3));
      nanos += Duration.ofMinutes(55).toNanos();
      assertThat(token.now()).isEqualTo("t1");
      nanos += Duration.ofMinutes(2).toNanos();
      assertThat(token.now()).isEqualTo("t2");
    }
  }

  @Test
  void one_that_is_refused_is_dropped_and_the_call_is_made_once_more() throws Exception {
    var shown = new CopyOnWriteArrayList<String>();
    FakeService.Answering answering =
        exchange -> {
          var authorization = exchange.getRequestHeaders().getFirst("Authorization");
          shown.add(authorization);
          return new FakeService.Said(authorization.equals("Bearer t1") ? 401 : 200, "");
        };
    try (var server = FakeService.start(answering);
        var service = Service.open("test's", Optional.empty());
        var token = token()) {
      var call = Call.of("GET", server.uri().resolve("/x"));

      assertThat(token.ask(service, call).status()).isEqualTo(200);
      assertThat(token.ask(service, call).status()).isEqualTo(200);
    }
    assertThat(shown).isEqualTo(List.of("Bearer t1", "Bearer t2", "Bearer t2"));
  }

  @Test
  void who_is_refused_with_any_token_is_told_so() throws Exception {
    var asked = new AtomicInteger();
    FakeService.Answering answering =
        _ -> {
          asked.incrementAndGet();
          return new FakeService.Said(401, "");
        };
    try (var server = FakeService.start(answering);
        var service = Service.open("test's", Optional.empty());
        var token = token()) {
      assertThat(token.ask(service, Call.of("GET", server.uri())).status()).isEqualTo(401);
    }
    assertThat(asked).hasValue(2);
  }

  @Test
  void no_secret_is_in_the_words_of_a_call() {
    var call =
        Call.of("GET", URI.create("https://acme.example/one/a?sv=1&sig=secret"))
            .with("authorization", "Bearer secret");

    assertThat(call).hasToString("GET https://acme.example/one/a");
    assertThat(new BearerToken.Fresh("secret", Duration.ofHours(1)).toString())
        .doesNotContain("secret");
  }

  @Test
  void a_token_is_not_in_the_words_of_what_gave_it() throws Exception {
    var body = "{\"access_token\": \"secret\", \"expires_in\": \"60\"}".getBytes(UTF_8);
    var answer = new Answer(200, HttpHeaders.of(Map.of(), (_, _) -> true), body);

    assertThat(new AccessToken("secret", 60).toString()).doesNotContain("secret");
    assertThat(AccessToken.of(answer, "No", "Try."))
        .isEqualTo(new BearerToken.Fresh("secret", Duration.ofMinutes(1)));
  }

  @Test
  void a_call_that_cannot_be_made_is_told_without_its_secrets() {
    var broken =
        List.of(
            Call.of("GET", URI.create("https:/one?sig=secret")),
            Call.of("GET", URI.create("http://127.0.0.1/")).with("authorization", "secret\n"));
    try (var service = Service.open("test's", Optional.empty())) {
      for (var call : broken) {
        assertThatThrownBy(() -> service.ask(call))
            .isInstanceOf(Problem.Unavailable.class)
            .hasMessageNotContaining("secret")
            .hasNoCause();
      }
    }
  }
}
