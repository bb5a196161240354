package dev.berth.base;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ProblemTest {
  private static Problem problem(String what) {
    return new Problem.Unavailable(what, "Try again.");
  }

  @ParameterizedTest
  @CsvSource({
    "Cannot clone it: Couldn't connect to server, Cannot clone it: Couldn't connect to server.",
    "It says: \"no\", It says: \"no\".",
    "It said (twice), It said (twice).",
  })
  void words_of_others_at_its_end_do_not_run_into_the_remedy(String what, String sentence) {
    assertThat(problem(what + "\n").what()).isEqualTo(sentence);
    assertThat(problem(what).words()).isEqualTo(sentence + " Try again.");
    assertThat(new Problem.Missing(what, "Try again.", new Exception()).what()).isEqualTo(sentence);
  }

  @ParameterizedTest
  @ValueSource(strings = {"It ended.", "Why?", "It said \"no.\"", "So it is (mostly.)", "Cut ..."})
  void what_is_a_sentence_already_stays_as_it_is(String what) {
    assertThat(problem(what).what()).isEqualTo(what);
  }

  @Test
  void nothing_stays_nothing() {
    assertThat(problem("").what()).isEmpty();
  }
}
