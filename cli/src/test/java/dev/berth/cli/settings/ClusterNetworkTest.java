package dev.berth.cli.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.base.Problem;
import dev.berth.runtime.kubernetes.network.Range;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ClusterNetworkTest {
  private static final List<Range> CALLERS = List.of(Range.parse("10.9.0.0/24"));

  private static ClusterNetwork network(
      boolean closed, List<Range> callers, Optional<String> namespace) {
    return new ClusterNetwork(
        closed, List.of(), List.of(), List.of(), Set.of(8433), callers, namespace, List.of());
  }

  @Test
  void a_policy_of_all_pods_is_not_for_the_namespace_that_berth_is_in() {
    var berth = Optional.of("berth");

    assertThatThrownBy(() -> network(true, List.of(), berth).refuseOwn("berth"))
        .isInstanceOf(Problem.Invalid.class)
        .hasMessageContaining("The namespace berth of the workspaces is Berth's own");
    assertThatCode(() -> network(true, List.of(), berth).refuseOwn("berth-workspaces"))
        .doesNotThrowAnyException();
    assertThatCode(() -> network(false, List.of(), berth).refuseOwn("berth"))
        .doesNotThrowAnyException();
  }

  @Test
  void several_that_run_outside_of_the_cluster_must_be_named() {
    assertThatThrownBy(() -> network(true, List.of(), Optional.empty()).refuseUnnamed())
        .isInstanceOf(Problem.Invalid.class)
        .satisfies(e -> assertThat(((Problem) e).words()).contains("cluster.berthAddresses"));
    assertThatCode(() -> network(true, CALLERS, Optional.empty()).refuseUnnamed())
        .doesNotThrowAnyException();
    assertThatCode(() -> network(true, List.of(), Optional.of("berth")).refuseUnnamed())
        .doesNotThrowAnyException();
    assertThatCode(() -> network(false, List.of(), Optional.empty()).refuseUnnamed())
        .doesNotThrowAnyException();
  }
}
