package dev.berth.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.base.Problem;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PortTest {
  @ParameterizedTest
  @ValueSource(strings = {"1", "80", "8080", "65535", "22997"})
  void a_number_that_a_user_may_serve_on_is_a_port(String text) {
    assertThat(Port.parse(text)).contains(new Port(Integer.parseInt(text)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "0", "65536", "-1", "+80", " 80", "080808", "8e1", "٨٠", "22999", "23000", "23001"
      })
  void anything_else_is_none(String text) {
    assertThat(Port.parse(text)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 65536, 22999})
  void a_wrong_number_is_a_problem_with_a_remedy(int number) {
    assertThatThrownBy(() -> new Port(number))
        .isInstanceOfSatisfying(
            Problem.Invalid.class, problem -> assertThat(problem.remedy()).isNotEmpty());
  }
}
