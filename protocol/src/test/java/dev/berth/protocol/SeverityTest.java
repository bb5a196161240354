package dev.berth.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.base.Problem;
import dev.berth.base.json.Json;
import org.junit.jupiter.api.Test;

final class SeverityTest {
  @Test
  void it_is_written_small_and_read_as_it_was_stored_before() {
    assertThat(Json.write(Severity.WARNING)).isEqualTo("\"warning\"");
    assertThat(Json.read("\"warning\"", Severity.class)).isEqualTo(Severity.WARNING);
    assertThat(Json.read("\"WARNING\"", Severity.class)).isEqualTo(Severity.WARNING);
  }

  @Test
  void its_word_is_read_whole() {
    assertThat(Severity.of("error")).isEqualTo(Severity.ERROR);
    assertThatThrownBy(() -> Severity.of("errors")).isInstanceOf(Problem.Invalid.class);
  }
}
