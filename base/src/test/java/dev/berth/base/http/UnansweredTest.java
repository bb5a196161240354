package dev.berth.base.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.base.Problem;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class UnansweredTest {
  private Instant now = Instant.parse("2026-11-23T12:00:00Z");
  private final InstantSource source = () -> now;
  private final List<String> said = new ArrayList<>();
  private int causes;
  private final Unanswered unanswered =
      new Unanswered(
          source.withZone(ZoneOffset.UTC),
          (line, cause) -> {
            said.add(line);
            if (cause.isPresent()) causes++;
          });

  private static Problem away(String what) {
    return new Problem.Unavailable(what, "Try again.");
  }

  @Test
  void what_all_requests_meet_is_told_once_a_minute_and_its_cause_once() {
    for (int second = 0; second <= 120; second++) {
      unanswered.met("GET /a", away("It is away."));
      now = now.plusSeconds(1);
    }

    assertThat(said)
        .containsExactly(
            "GET /a: It is away. Try again.",
            "GET /a, and 59 more requests since the last such line: It is away. Try again.",
            "GET /a, and 59 more requests since the last such line: It is away. Try again.");
    assertThat(causes).isEqualTo(1);
  }

  @Test
  void what_is_something_else_or_comes_again_later_is_told_with_its_cause() {
    unanswered.met("GET /a", away("It is away."));
    unanswered.met("GET /b", away("That is away."));
    now = now.plus(Unanswered.BETWEEN);
    unanswered.met("GET /c", away("It is away."));

    assertThat(said)
        .containsExactly(
            "GET /a: It is away. Try again.",
            "GET /b: That is away. Try again.",
            "GET /c: It is away. Try again.");
    assertThat(causes).isEqualTo(3);
  }
}
