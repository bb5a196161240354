package dev.berth.runtime.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.protocol.WorkspaceId;
import dev.berth.runtime.Observation;
import dev.berth.runtime.kubernetes.cluster.Cluster;
import dev.berth.runtime.kubernetes.network.Policies;
import dev.berth.runtime.kubernetes.network.Range;
import dev.berth.runtime.kubernetes.network.Reach;
import io.fabric8.kubernetes.api.model.NodeAddress;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a workspace reaches, on a cluster that enforces network policies. */
@OnCluster
class NetworkOnClusterTest {
  private static final Duration SOON = Duration.ofSeconds(60);

  private static TestCluster cluster;

  private final WorkspaceId fox = WorkspaceId.create("cluster", "fox");
  private final WorkspaceId owl = WorkspaceId.create("cluster", "owl");

  @BeforeAll
  static void make_a_namespace() throws Exception {
    cluster = TestCluster.make("network");
  }

  @AfterAll
  static void remove_the_namespace() throws Exception {
    cluster.end();
  }

  @Test
  void a_workspace_reaches_what_is_named_and_no_other_workspace_node_or_machine() throws Exception {
    var registry = URI.create("http://" + System.getenv("BERTH_TEST_REGISTRY"));
    var server = URI.create(cluster.client().getMasterUrl().toString());
    var here = here(server);
    var reach =
        new Reach(
            List.of(),
            List.of(
                new Reach.Place(
                    Range.of(InetAddress.getByName(registry.getHost())),
                    Set.of(registry.getPort()))),
            List.of(),
            List.of(Range.of(here)),
            List.of());
    var usual = cluster.options();
    var options =
        new KubernetesOptions(
            usual.access(),
            usual.pods(),
            usual.trees(),
            usual.users(),
            usual.registries(),
            Optional.of(() -> reach),
            usual.patience());
    try (var machine = new ServerSocket(0, 8, here)) {
      Thread.ofVirtual().start(() -> hangUp(machine));
      var closed = new ArrayList<Place>();
      closed.add(new Place(server.getHost(), server.getPort()));
      closed.add(new Place("kubernetes.default.svc", 443));
      closed.add(new Place(here.getHostAddress(), machine.getLocalPort()));
      for (var node : cluster.client().nodes().list().getItems()) {
        for (var its : node.getStatus().getAddresses()) {
          if (isAddress(its)) closed.add(new Place(its.getAddress(), 10250));
        }
      }
      try (var driver = KubernetesDriver.open(options)) {
        for (var id : List.of(fox, owl)) driver.start(TestSpecs.spec(id, ""));
        var owls = new Place(alive(driver, owl).supervisor().host(), 8000);
        closed.add(owls);
        alive(driver, fox);
        var listens = "/.supervisor/bin/busybox nc -ll -p 8000 -e /bin/cat > /dev/null 2>&1 &";
        cluster.inside(owl, "workspace", listens);

        await().atMost(SOON).until(() -> !reaches(owls)); // until nodes know the policy

        assertThat(reaches(new Place(registry.getHost(), registry.getPort()))).isTrue();
        try (var ours = new Socket()) {
          ours.connect(new InetSocketAddress(owls.host(), owls.port()), 5_000);
          assertThat(ours.isConnected()).isTrue();
        }
        assertThat(
                cluster.inside(
                    fox,
                    "workspace",
                    "/.supervisor/bin/busybox nslookup kubernetes.default.svc.cluster.local"))
            .contains("Address");
        for (var place : closed) assertThat(reaches(place)).as(place.toString()).isFalse();
      }

      // It is the policy that keeps them away: without it the same workspace reaches each.
      var policies = cluster.client().network().v1().networkPolicies();
      policies.inNamespace(cluster.namespace()).withName(Policies.NAME).delete();
      for (var place : closed) {
        await(place.toString()).atMost(SOON).until(() -> reaches(place));
      }
    }
    try (var driver = KubernetesDriver.open(usual)) {
      for (var id : List.of(fox, owl)) await().atMost(SOON).until(() -> driver.delete(id));
    }
  }

  private record Place(String host, int port) {}

  private static void hangUp(ServerSocket server) {
    try {
      while (true) server.accept().close();
    } catch (IOException _) {
      // it was closed
    }
  }

  @Test
  void a_policy_that_somebody_changed_is_as_it_was_before_the_next_start() {
    var nothing = new Reach(List.of(), List.of(), List.of(), List.of(), List.of());
    var policies = cluster.client().network().v1().networkPolicies();
    var namespace = cluster.namespace();
    var opened = Cluster.connect(cluster.access());
    try (var closing = new Closing(opened, () -> nothing)) {
      closing.now();
      assertThat(policies.inNamespace(namespace).withName(Policies.NAME).get()).isNotNull();
    }
    policies
        .inNamespace(namespace)
        .withName(Policies.NAME)
        .edit(policy -> policy.edit().editSpec().withPolicyTypes("Ingress").endSpec().build());
    try (var closing = new Closing(opened, () -> nothing)) {
      closing.now();
    }

    var policy = policies.inNamespace(namespace).withName(Policies.NAME).get();
    assertThat(policy.getSpec().getPolicyTypes()).containsExactlyInAnyOrder("Ingress", "Egress");
    opened.close();
  }

  private static boolean isAddress(NodeAddress address) {
    return address.getType().endsWith("IP");
  }

  private boolean reaches(Place place) throws Exception {
    var said =
        cluster.inside(
            fox,
            "workspace",
            "b=/.supervisor/bin/busybox; echo x | $b timeout 8 $b nc -w 3 %s %d 2>&1; echo said $?"
                .formatted(place.host(), place.port()));
    if (said.contains("can't connect") || said.contains("timed out")) return false;
    assertThat(said).endsWith("said 0\n"); // anything else is no answer to the question
    return true;
  }

  private static InetAddress here(URI server) throws Exception {
    try (var socket = new DatagramSocket()) {
      socket.connect(new InetSocketAddress(server.getHost(), server.getPort()));
      return socket.getLocalAddress();
    }
  }

  private static Observation.Alive alive(KubernetesDriver driver, WorkspaceId workspace) {
    return (Observation.Alive)
        await()
            .atMost(SOON)
            .until(() -> driver.observe(workspace), Observation.Alive.class::isInstance);
  }
}
