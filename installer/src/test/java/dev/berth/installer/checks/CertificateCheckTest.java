package dev.berth.installer.checks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.installer.certificate.Authority;
import dev.berth.protocol.check.Result;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class CertificateCheckTest {
  private static final List<String> NAMES =
      List.of("berth.example.com", "*.berth.example.com", "*.ws.berth.example.com");
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

  private final Authority authority = Authority.make("berth.example.com", NOW);

  private static Result.Outcome of(Authority.Pair pair, Instant now) {
    return CertificateCheck.of("s", content(pair), NAMES, now).outcome();
  }

  private static Map<String, byte[]> content(Authority.Pair pair) {
    return Map.of("tls.crt", ascii(pair.chain()), "tls.key", ascii(pair.key()));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static String what(Result.Outcome outcome) {
    return switch (outcome) {
      case Result.Outcome.Bad(var what, _, _) -> what;
      case Result.Outcome.Doubtful(var what, _, _) -> what;
      case Result.Outcome.Good(var words) -> words;
      case Result.Outcome.Skipped(var why) -> why;
    };
  }

  @Test
  void one_for_all_names_is_good_until_it_soon_ends() {
    var pair = authority.sign(NAMES, NOW);

    assertThat(of(pair, NOW)).isInstanceOf(Result.Outcome.Good.class);
    assertThat(of(pair, NOW.plus(Duration.ofDays(390))))
        .isInstanceOf(Result.Outcome.Doubtful.class);
    assertThat(of(pair, NOW.plus(Duration.ofDays(400)))).isInstanceOf(Result.Outcome.Bad.class);
  }

  @Test
  void one_that_lacks_names_says_which() {
    var pair = authority.sign(List.of("berth.example.com", "*.berth.example.com"), NOW);

    assertThat(what(of(pair, NOW))).isEqualTo("It is not for *.ws.berth.example.com.");
  }

  @Test
  void a_key_of_another_form_is_told() {
    var pair = authority.sign(NAMES, NOW);
    var old = pair.key().replace("PRIVATE KEY", "EC PRIVATE KEY");

    assertThat(what(of(new Authority.Pair(pair.chain(), old), NOW)))
        .isEqualTo("Its key is not PKCS #8.");
  }

  @Test
  void a_secret_without_one_is_told() {
    assertThat(what(CertificateCheck.of("s", Map.of(), NAMES, NOW).outcome()))
        .contains("no tls.crt");
  }
}
