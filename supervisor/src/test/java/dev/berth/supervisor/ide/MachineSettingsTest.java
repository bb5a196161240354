package dev.berth.supervisor.ide;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MachineSettingsTest {
  @Test
  void a_repositorys_count_over_ours_and_neither_over_the_users() {
    var ours = "{\"a\": 1, \"b\": {\"x\": [true, null]}, \"c\": \"ours\"}";
    var repositorys = "{\"c\": \"r\\\"s\", \"d\":12345678901234567890,\"e\":null, \"f\": -1.5e3}";

    assertThat(MachineSettings.of(ours, repositorys, "{ // mine\n \"a\": 2, }"))
        .isEqualTo(
            """
            {
              "b": {"x": [true, null]},
              "c": "r\\"s",
              "d": 12345678901234567890,
              "e": null,
              "f": -1.5e3
            }
            """);
  }
}
