package dev.berth.runtime.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.protocol.WorkspaceId;
import dev.berth.runtime.Observation;
import dev.berth.runtime.kubernetes.clusters.Clusters;
import dev.berth.runtime.kubernetes.clusters.Member;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Two namespaces of one cluster as two clusters. */
@OnCluster
class ClustersOnClusterTest {
  private static final Duration SOON = Duration.ofSeconds(90);

  private static TestCluster east;
  private static TestCluster west;

  private final WorkspaceId fox = WorkspaceId.create("clusters", "fox");

  @BeforeAll
  static void make_namespaces() throws Exception {
    east = TestCluster.make("east");
    west = TestCluster.make("west");
  }

  @AfterAll
  static void remove_the_namespaces() throws Exception {
    east.end();
    west.end();
  }

  private static Clusters clusters(Member.State easts) {
    return new Clusters(
        List.of(member("east", east, easts), member("west", west, Member.State.AVAILABLE)));
  }

  private static Member member(String name, TestCluster cluster, Member.State state) {
    var driver = KubernetesDriver.open(cluster.options());
    // So much lighter that east is tried first, whatever the workspace is called.
    int weight = name.equals("east") ? 1_000_000 : 1;
    var sizes = name.equals("east") ? Set.<String>of() : Set.of("standard");
    return new Member(name, driver, driver::size, sizes, state, weight);
  }

  @Test
  void a_quota_that_is_used_up_in_one_lets_it_run_in_the_other_from_where_it_moves_when_drained() {
    east.quota("0");
    try (var clusters = clusters(Member.State.AVAILABLE)) {
      clusters.start(TestSpecs.spec(fox, ""));

      seen(clusters, Observation.Alive.class::isInstance);
      assertThat(pods(west)).isEqualTo(1);
    }
    east.client().resourceQuotas().inNamespace(east.namespace()).delete();
    try (var another = clusters(Member.State.AVAILABLE)) {
      assertThat(another.observe(fox)).isInstanceOf(Observation.Alive.class);
      assertThat(another.present()).containsExactly(fox);
      another.stop(fox, Instant.now().plusSeconds(10));
      seen(another, new Observation.Absent()::equals);
      another.start(TestSpecs.spec(fox, ""));
      seen(another, Observation.Alive.class::isInstance);
      assertThat(pods(east)).isEqualTo(1);
    }
    try (var drained = clusters(Member.State.DRAINING)) {
      assertThat(drained.observe(fox)).isInstanceOf(Observation.Exited.class);
      drained.start(TestSpecs.spec(fox, ""));
      seen(drained, Observation.Alive.class::isInstance);
      assertThat(pods(east)).isZero();
      assertThat(pods(west)).isEqualTo(1);
      await().atMost(SOON).until(() -> drained.delete(fox));
    }
  }

  private static int pods(TestCluster cluster) {
    return cluster.client().pods().inNamespace(cluster.namespace()).list().getItems().size();
  }

  private void seen(Clusters clusters, Predicate<Observation> wanted) {
    await().atMost(SOON).until(() -> clusters.observe(fox), wanted);
  }
}
