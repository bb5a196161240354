package dev.berth.installer.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.berth.base.Problem;
import dev.berth.installer.manifests.Manifest;
import dev.berth.installer.manifests.Stage;
import dev.berth.runtime.kubernetes.cluster.ClusterAccess;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** What ends with an installation and what stays, on the cluster that KUBECONFIG names. */
@EnabledIfSystemProperty(
    named = "berth.cluster",
    matches = "true",
    disabledReason = "needs a cluster: ./mvnw verify -Pcluster")
final class RemovingOnClusterTest {
  private static final AtomicInteger TESTS = new AtomicInteger();
  private static final String FINALIZER = "example.com/nobody";

  private final String namespace =
      "berth-remove-%d-%d".formatted(ProcessHandle.current().pid(), TESTS.incrementAndGet());

  private final String workspaces = namespace + "-ws";
  private final List<String> said = new CopyOnWriteArrayList<>();
  private Optional<Target> opened = Optional.empty();

  @BeforeEach
  void apply() throws Exception {
    var file = Path.of(Objects.requireNonNull(System.getenv("KUBECONFIG"), "KUBECONFIG"));
    opened =
        Optional.of(
            Target.connect(new ClusterAccess(Optional.of(file), Optional.empty(), namespace)));
    new Applying(
            target(),
            new Applying.Options(namespace, "test", "1", Duration.ofMinutes(1), false, false),
            said::add,
            Clock.systemUTC())
        .apply(List.of(space(namespace), space(workspaces), settings()));
  }

  @AfterEach
  void end() throws Exception {
    for (var name : List.of(namespace, workspaces)) {
      var pods = target().client().pods().inNamespace(name);
      for (var pod : pods.list().getItems()) {
        new Leftovers(target()).take(pod, "the test is over", _ -> {});
      }
      target().client().namespaces().withName(name).delete();
    }
    target().close();
  }

  private Target target() {
    return opened.orElseThrow();
  }

  private static Manifest manifest(Stage stage, String yaml) throws Exception {
    return new Manifest(stage, (ObjectNode) new YAMLMapper().readTree(yaml));
  }

  private static Manifest space(String name) throws Exception {
    return manifest(
        Stage.NAMESPACES,
        "{apiVersion: v1, kind: Namespace, metadata: {name: %s}}".formatted(name));
  }

  private Manifest settings() throws Exception {
    return manifest(
        Stage.SETTINGS,
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: %s}, data: {a: b}}"
            .formatted(namespace));
  }

  private static String labels(String installation) {
    return "{app.kubernetes.io/managed-by: berth, berth.dev/installation: %s}"
        .formatted(installation);
  }

  /** A pod as control makes one, as far as it matters here, on a node of that name. */
  private Manifest pod(String name, String installation, String node, String finalizer)
      throws Exception {
    return manifest(
        Stage.CONTROL,
        """
        {apiVersion: v1, kind: Pod, metadata: {name: %s, namespace: %s, labels: %s, finalizers: [%s]},
         spec: {nodeName: "%s", nodeSelector: {a: b}, containers: [{name: c, image: "berth.invalid/none:1"}]}}
        """
            .formatted(name, workspaces, labels(installation), finalizer, node));
  }

  private Manifest secret(String name, String installation) throws Exception {
    return manifest(
        Stage.CONTROL,
        "{apiVersion: v1, kind: Secret, metadata: {name: %s, namespace: %s, labels: %s}}"
            .formatted(name, workspaces, labels(installation)));
  }

  private void remove(boolean data, boolean force, Duration patience) throws Exception {
    remove(Optional.of("ours"), data, force, patience);
  }

  private void remove(Optional<String> mark, boolean data, boolean force, Duration patience)
      throws Exception {
    new Removing(
            target(),
            new Removing.Options(namespace, workspaces, mark, data, force, patience),
            said::add,
            Clock.systemUTC())
        .remove("test");
  }

  @Test
  void workspaces_of_another_installation_in_the_same_namespace_stay() throws Exception {
    for (var whose : List.of("ours", "theirs")) {
      target().apply(pod("pod-" + whose, whose, "", ""));
      target().apply(secret("secret-" + whose, whose));
    }

    remove(true, false, Duration.ofMinutes(1));

    assertThat(target().find(pod("pod-ours", "ours", "", ""))).isEmpty();
    assertThat(target().find(secret("secret-ours", "ours"))).isEmpty();
    assertThat(target().find(pod("pod-theirs", "theirs", "", ""))).isPresent();
    assertThat(target().find(secret("secret-theirs", "theirs"))).isPresent();
    assertThat(target().find(space(workspaces))).isPresent();
    assertThat(target().find(space(namespace))).isEmpty();
    assertThat(said).anyMatch(line -> line.contains("another installation has workspaces there"));
  }

  @Test
  void without_the_key_nobodys_workspaces_are_taken_for_ours() throws Exception {
    target().apply(pod("pod-theirs", "theirs", "", ""));

    assertThatThrownBy(() -> remove(Optional.empty(), true, false, Duration.ofSeconds(5)))
        .isInstanceOf(Problem.Conflict.class)
        .hasMessageContaining("pod-theirs");

    assertThat(target().find(settings())).isPresent();
  }

  @Test
  void a_pod_whose_node_is_lost_is_named_and_taken_away_by_force() throws Exception {
    target().apply(pod("pod-ours", "ours", "no-such-node", ""));

    assertThatThrownBy(() -> remove(false, false, Duration.ofSeconds(4)))
        .isInstanceOf(Problem.Unavailable.class)
        .hasMessageContaining("pod-ours (its node no-such-node is not there any more)");
    assertThat(said).anyMatch(line -> line.contains("--force takes it away: pod-ours"));

    remove(false, true, Duration.ofSeconds(20));

    assertThat(target().find(pod("pod-ours", "ours", "", ""))).isEmpty();
    assertThat(said).anyMatch(line -> line.startsWith("taken away without a last save"));
  }

  @Test
  void a_finalizer_that_nobody_serves_is_named_and_taken_off_by_force() throws Exception {
    target().apply(pod("pod-ours", "ours", "", FINALIZER));

    assertThatThrownBy(() -> remove(false, false, Duration.ofSeconds(4)))
        .isInstanceOf(Problem.Unavailable.class)
        .hasMessageContaining("pod-ours (held by example.com/nobody)");

    remove(false, true, Duration.ofSeconds(4));

    assertThat(target().find(pod("pod-ours", "ours", "", ""))).isEmpty();
  }

  @Test
  void a_namespace_that_does_not_go_says_why_and_goes_by_force() throws Exception {
    var held =
        manifest(
            Stage.SETTINGS,
            "{apiVersion: v1, kind: ConfigMap, metadata: {name: held, namespace: %s, finalizers: [%s]}}"
                .formatted(namespace, FINALIZER));
    target().apply(held);

    assertThatThrownBy(() -> remove(true, false, Duration.ofSeconds(15)))
        .isInstanceOf(Problem.Unavailable.class)
        .hasMessageContaining(namespace)
        .hasMessageContaining(FINALIZER);

    remove(true, true, Duration.ofSeconds(30));
    assertThat(target().find(held)).isEmpty();
  }
}
