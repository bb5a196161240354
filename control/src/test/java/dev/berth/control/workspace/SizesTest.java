package dev.berth.control.workspace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.definition.Container.Needs;
import dev.berth.protocol.Notice;
import dev.berth.runtime.WorkspaceSize;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SizesTest {
  private static final Sizes SIZES =
      new Sizes(
          Map.of(
              "standard", new WorkspaceSize(4000, 8L << 30, 100),
              "small", new WorkspaceSize(2000, 4L << 30, 100),
              "large", new WorkspaceSize(8000, 32L << 30, 100),
              "fast", new WorkspaceSize(16000, 16L << 30, 100)),
          "standard");

  @ParameterizedTest(name = "{0} CPUs, {1} GiB: {2}")
  @CsvSource({"0, 0, standard", "2, 4, standard", "4, 8, standard", "0, 9, fast", "8, 20, large"})
  void the_usual_one_or_the_smallest_that_has_what_is_needed(int cpus, long gib, String name) {
    var notices = new ArrayList<Notice>();

    assertThat(SIZES.of(new Needs(cpus, gib << 30, 1L << 40, false), notices)).isEqualTo(name);
    assertThat(notices).isEmpty();
  }

  @Test
  void where_none_has_it_the_largest_is_taken_and_that_is_said() {
    var notices = new ArrayList<Notice>();

    assertThat(SIZES.of(new Needs(32, 0, 0, true), notices)).isEqualTo("large");
    assertThat(notices)
        .satisfiesExactly(
            gpu -> assertThat(gpu.text()).contains("graphics"),
            size -> assertThat(size.text()).contains("32 CPUs", "large", "32,768 MiB"));
  }

  @Test
  void one_size_is_for_all() {
    var one = new Sizes(Map.of("only", new WorkspaceSize(1000, 1L << 30, 100)), "only");

    assertThat(one.of(Needs.NONE, List.of())).isEqualTo("only");
  }
}
