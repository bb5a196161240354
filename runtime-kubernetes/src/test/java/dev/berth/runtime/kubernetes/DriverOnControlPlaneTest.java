package dev.berth.runtime.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.berth.base.Problem;
import dev.berth.base.http.TcpProxy;
import dev.berth.protocol.WorkspaceId;
import dev.berth.runtime.Driver;
import dev.berth.runtime.Observation;
import dev.berth.runtime.kubernetes.cluster.ClusterAccess;
import dev.berth.runtime.kubernetes.clusters.Clusters;
import dev.berth.runtime.kubernetes.clusters.Member;
import dev.berth.runtime.kubernetes.pod.Placement;
import dev.berth.runtime.kubernetes.pod.PodOptions;
import dev.berth.runtime.kubernetes.pod.Shares;
import dev.berth.runtime.kubernetes.pod.SupervisorTree;
import dev.berth.runtime.kubernetes.pod.TreeImage;
import dev.berth.runtime.kubernetes.reading.Patience;
import io.fabric8.kubernetes.api.model.Binding;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/** Over a real API server, whose pods get from the test what a scheduler and a kubelet say. */
@EnabledIfEnvironmentVariable(
    named = ControlPlane.ASSETS,
    matches = ".+",
    disabledReason = "needs etcd and kube-apiserver in the folder that KUBEBUILDER_ASSETS names")
final class DriverOnControlPlaneTest {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String NAMESPACE = "instances";

  /** A question's 10 s for each connection that died idle; after 30 s those are not used again. */
  private static final Duration ANSWERED_AGAIN = Duration.ofSeconds(50);

  /** What the watch believes, 40 s at most, and as long as a question may take. */
  private static final Duration SEEN_AGAIN = Duration.ofSeconds(60);

  @TempDir private static Path folder;

  private static ControlPlane plane;
  private static KubernetesClient client;

  private final WorkspaceId fox = WorkspaceId.create("plane", "fox");

  @BeforeAll
  static void start() throws Exception {
    plane = ControlPlane.start(folder);
    client =
        new KubernetesClientBuilder()
            .withConfig(Config.fromKubeconfig(plane.kubeconfig().toFile()))
            .build();
    client
        .resource(
            new NamespaceBuilder().withNewMetadata().withName(NAMESPACE).endMetadata().build())
        .create();
    client
        .resource(
            new NodeBuilder()
                .withNewMetadata()
                .withName("node")
                .addToLabels(Placement.DEFAULT.label(false), "true")
                .endMetadata()
                .build())
        .create();
  }

  @AfterAll
  static void end() throws Exception {
    client.close();
    plane.close();
  }

  @Test
  void a_server_that_crashes_takes_no_instance_for_ended_and_loses_no_change_meanwhile()
      throws Exception {
    var others =
        IntStream.range(0, 20).mapToObj(i -> WorkspaceId.create("plane", "n" + i)).toList();
    try (var driver = open()) {
      for (var one : others) driver.start(TestSpecs.spec(one, ""));
      driver.start(TestSpecs.spec(fox, ""));
      runs(fox);
      var before = seen(driver, fox, Observation.Alive.class::isInstance);

      plane.interrupt();
      assertThatThrownBy(
              () -> {
                var last = Instant.now().plus(SOON);
                while (Instant.now().isBefore(last)) {
                  assertThat(driver.observe(fox)).isEqualTo(before); // until it is known to be away
                  Thread.onSpinWait();
                }
              })
          .isInstanceOf(Problem.Unavailable.class)
          .hasMessageContaining("does not answer");
      plane.resume();
      for (var one : others) {
        client.pods().inNamespace(NAMESPACE).withName(one.value()).withGracePeriod(0).delete();
      }
      says(
          fox,
          "phase: Failed\nreason: Evicted\nmessage: 'The node was low on resource: memory.'\n");

      var gone = seen(driver, fox, Observation.Exited.class::isInstance);
      assertThat(((Observation.Exited) gone).why()).contains("evicted it", "low on resource");
      for (var one : others) seen(driver, one, Observation.Absent.class::isInstance);
    }
  }

  /**
   * As with a node of the control plane that is lost, or a table of connections that is cleared.
   */
  @Test
  void connections_that_die_without_a_word_hide_no_end_for_long_and_no_question_is_lost_to_them()
      throws Exception {
    var owl = WorkspaceId.create("plane", "owl");
    try (var wire = TcpProxy.before(plane.address());
        var driver = KubernetesDriver.open(options(NAMESPACE, through(wire)))) {
      for (var one : List.of(fox, owl)) driver.start(TestSpecs.spec(one, ""));
      for (var one : List.of(fox, owl)) runs(one);
      for (var one : List.of(fox, owl)) seen(driver, one, Observation.Alive.class::isInstance);
      driver.present();

      wire.freeze();
      client.pods().inNamespace(NAMESPACE).withName(fox.value()).withGracePeriod(0).delete();

      await().atMost(ANSWERED_AGAIN).ignoreExceptions().until(() -> driver.present().contains(owl));
      await()
          .atMost(SEEN_AGAIN)
          .until(() -> {
            assertThat(orAway(() -> driver.observe(owl)))
                .matches(one -> one.isEmpty() || one.get() instanceof Observation.Alive);
            return orAway(() -> driver.observe(fox)).equals(Optional.of(new Observation.Absent()));
          });
      seen(driver, owl, Observation.Alive.class::isInstance);
    }
  }

  @Test
  void a_secret_that_a_cluster_kept_as_it_was_away_is_forgotten_when_it_is_back() throws Exception {
    client
        .resource(new NamespaceBuilder().withNewMetadata().withName("west").endMetadata().build())
        .create();
    var owl = WorkspaceId.create("plane", "owl");
    try (var wire = TcpProxy.before(plane.address());
        var clusters =
            new Clusters(
                List.of(
                    member("east", options(NAMESPACE, through(wire)), Member.State.AVAILABLE),
                    member("west", options("west"), Member.State.CORDONED)))) {
      for (var one : List.of(fox, owl)) {
        clusters.start(TestSpecs.spec(one, ""));
        made(one);
      }
      clusters.stop(fox, Instant.now());
      seen(clusters, fox, Observation.Absent.class::isInstance);
      wire.cut();
      assertThat(clusters.delete(fox)).isTrue();
      assertThat(hasSecret(fox)).isTrue();
      wire.mend();
      await().atMost(SOON).until(() -> clusters.present().contains(fox));

      for (var one : List.of(fox, owl)) clusters.forget(one);

      assertThat(hasSecret(fox)).isFalse();
      assertThat(hasSecret(owl)).isTrue();
      await().atMost(SOON).until(() -> clusters.delete(owl));
      assertThat(hasSecret(owl)).isFalse();
    }
  }

  private static Member member(String name, KubernetesOptions options, Member.State state) {
    var driver = KubernetesDriver.open(options);
    return new Member(name, driver, driver::size, Set.of(), state, 1);
  }

  private static boolean hasSecret(WorkspaceId workspace) {
    return client.secrets().inNamespace(NAMESPACE).withName(workspace.value()).get() != null;
  }

  @Test
  void whose_pod_no_node_takes_is_told_why_and_given_up_in_time() {
    try (var driver = open()) {
      driver.start(TestSpecs.spec(fox, ""));
      says(
          fox,
          """
          phase: Pending
          conditions:
          - {type: PodScheduled, status: "False", reason: Unschedulable,
             message: "0/1 nodes are available: 1 Insufficient memory."}
          """);

      var failed = seen(driver, fox, Observation.Failed.class::isInstance);

      assertThat(((Observation.Failed) failed).what())
          .contains("No node took it", "Insufficient memory");
      driver.stop(fox, Instant.now());
      seen(driver, fox, Observation.Absent.class::isInstance);
    }
  }

  @Test
  void a_namespace_that_takes_restricted_pods_only_says_so() {
    var strict = "strict";
    client
        .resource(
            new NamespaceBuilder()
                .withNewMetadata()
                .withName(strict)
                .addToLabels("pod-security.kubernetes.io/enforce", "restricted")
                .endMetadata()
                .build())
        .create();
    try (var driver = KubernetesDriver.open(options(strict))) {
      driver.start(TestSpecs.spec(fox, ""));

      var failed = seen(driver, fox, Observation.Failed.class::isInstance);

      assertThat(((Observation.Failed) failed).what()).contains("pod security does not allow it");
    }
  }

  // ---- words of the tests

  private static Driver open() {
    return KubernetesDriver.open(options(NAMESPACE));
  }

  private static KubernetesOptions options(String namespace) {
    return options(namespace, folder.resolve("kubeconfig"));
  }

  /** The kubeconfig of who comes over the wire. */
  private static Path through(TcpProxy wire) throws Exception {
    var direct = Files.readString(plane.kubeconfig());
    return Files.writeString(
        folder.resolve("kubeconfig-" + wire.port()),
        direct.replaceAll("https://127.0.0.1:\\d+", "https://127.0.0.1:" + wire.port()));
  }

  private static KubernetesOptions options(String namespace, Path kubeconfig) {
    var usual = Patience.DEFAULT;
    return new KubernetesOptions(
        new ClusterAccess(Optional.of(kubeconfig), Optional.empty(), namespace),
        new PodOptions(
            "tests",
            "registry.invalid/workspace:1",
            new SupervisorTree(
                new TreeImage("registry.invalid/trees:1", "opt/supervisor", List.of("/bin/cp")),
                TestImages.ARGV,
                Map.of()),
            Optional.empty(),
            Optional.empty(),
            Placement.DEFAULT,
            new Shares(1, 10, 64L << 20, 256L << 20)),
        KubernetesOptions.Trees.INIT_CONTAINER,
        KubernetesOptions.Users.OF_NODE,
        Optional.empty(),
        Optional.empty(),
        new Patience(
            Duration.ofSeconds(3),
            usual.scaleUp(),
            usual.pulling(),
            usual.preparing(),
            usual.lost(),
            usual.unreachable()));
  }

  private static Pod made(WorkspaceId workspace) {
    return await()
        .atMost(SOON)
        .until(
            () -> client.pods().inNamespace(NAMESPACE).withName(workspace.value()).get(),
            Objects::nonNull);
  }

  /** Puts it on the node, whose kubelet has it running. */
  private static void runs(WorkspaceId workspace) {
    var binding =
        new Binding(
            "v1",
            "Binding",
            made(workspace).getMetadata(),
            new ObjectReferenceBuilder().withKind("Node").withName("node").build());
    client.bindings().inNamespace(NAMESPACE).resource(binding).create();
    says(
        workspace,
        """
        phase: Running
        podIP: 10.244.0.7
        conditions:
        - {type: PodScheduled, status: "True", lastTransitionTime: "2026-11-22T10:00:01Z"}
        - {type: PodReadyToStartContainers, status: "True", lastTransitionTime: "2026-11-22T10:00:02Z"}
        containerStatuses:
        - {name: workspace, image: i, imageID: i, ready: true, restartCount: 0,
           state: {running: {startedAt: "2026-11-22T10:00:03Z"}}}
        """);
  }

  /** What its kubelet says of it now. */
  private static void says(WorkspaceId workspace, String status) {
    var pod = made(workspace);
    pod.setStatus(Serialization.unmarshal(status, PodStatus.class));
    client.pods().inNamespace(NAMESPACE).resource(pod).updateStatus();
  }

  private static <T> Optional<T> orAway(Supplier<T> question) {
    try {
      return Optional.of(question.get());
    } catch (Problem.Unavailable e) {
      return Optional.empty();
    }
  }

  private static Observation seen(
      Driver driver, WorkspaceId workspace, Predicate<Observation> wanted) {
    return await().atMost(SOON).ignoreExceptions().until(() -> driver.observe(workspace), wanted);
  }
}
