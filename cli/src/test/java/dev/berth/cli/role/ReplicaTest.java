package dev.berth.cli.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.base.Problem;
import dev.berth.cli.settings.Home;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ReplicaTest {
  @Test
  void it_keeps_its_name_which_no_other_running_one_has(@TempDir Path folder) throws Exception {
    var home = new Home(folder);
    String name;
    try (var first = Replica.open(home)) {
      name = first.name();
      assertThat(name).matches("[A-Za-z0-9.-]{1,64}");
      assertThatThrownBy(() -> Replica.open(home)).isInstanceOf(Problem.Conflict.class);
    }
    try (var second = Replica.open(home)) {
      assertThat(second.name()).isEqualTo(name);
    }
  }

  @Test
  void another_home_is_another_name(@TempDir Path one, @TempDir Path other) throws Exception {
    try (var first = Replica.open(new Home(one));
        var second = Replica.open(new Home(other))) {
      assertThat(first.name()).isNotEqualTo(second.name());
    }
  }
}
