package dev.berth.base.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.base.Problem;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class JsonTest {
  sealed interface Shape {
    record Circle(int radius) implements Shape {}

    record Nothing() implements Shape {}
  }

  record Drawing(String name, List<Shape> shapes, Optional<String> note, Instant made) {}

  record Wait(Duration time) {}

  @Test
  void a_sealed_interfaces_records_are_told_apart_by_kind() {
    var drawing =
        new Drawing(
            "a",
            List.of(new Shape.Circle(2), new Shape.Nothing()),
            Optional.empty(),
            Instant.EPOCH);

    var json = Json.write(drawing);

    assertThat(json)
        .isEqualTo(
            "{\"name\":\"a\",\"shapes\":[{\"kind\":\"circle\",\"radius\":2},{\"kind\":\"nothing\"}],"
                + "\"made\":\"1970-01-01T00:00:00Z\"}");
    assertThat(Json.read(json, Drawing.class)).isEqualTo(drawing);
    assertThat(Json.write(new Shape.Circle(1))).isEqualTo("{\"kind\":\"circle\",\"radius\":1}");
    assertThat(Json.read("{\"kind\":\"circle\",\"radius\":1}", Shape.class))
        .isEqualTo(new Shape.Circle(1));
  }

  @Test
  void durations_are_iso_8601() {
    assertThat(Json.write(new Wait(Duration.ofMinutes(30)))).isEqualTo("{\"time\":\"PT30M\"}");
  }

  @Test
  void what_cannot_be_read_is_told_with_its_place_and_what_was_expected() {
    assertThatThrownBy(() -> Json.read("{\"name\": 3x}", Drawing.class))
        .isInstanceOfSatisfying(
            Problem.Invalid.class,
            problem -> {
              assertThat(problem.what()).contains("line 1, column");
              assertThat(problem.remedy())
                  .isEqualTo("Send an object with: name, shapes, note, made.");
            });
  }

  @Test
  void a_value_of_another_form_is_told_by_its_field() {
    assertThatThrownBy(() -> Json.read("{\"made\": \"yesterday\"}", Drawing.class))
        .isInstanceOf(Problem.Invalid.class)
        .hasMessage("The value of \"made\" has another form than was asked for.");
  }
}
