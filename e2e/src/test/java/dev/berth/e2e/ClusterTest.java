package dev.berth.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.protocol.WorkspaceId;
import dev.berth.protocol.api.PointList;
import dev.berth.protocol.api.WorkspaceView;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * The program over a real cluster: {@code -Pcluster}, with {@code BERTH_TEST_CLUSTER}, a file with
 * the settings {@code cluster}, {@code objects} and {@code git} that fit it, and {@code
 * BERTH_TEST_GIT}, a repository that this machine and its pods reach, as CONTRIBUTING.md says.
 */
@EnabledIfSystemProperty(
    named = "berth.cluster",
    matches = "true",
    disabledReason = "needs a cluster: ./mvnw verify -Pcluster")
final class ClusterTest {
  private static final Duration SOON = Duration.ofMinutes(2);
  private static final String NAMESPACE = "berth-workspaces";

  private static String environment(String name) {
    return Optional.ofNullable(System.getenv(name))
        .orElseThrow(() ->
            new IllegalStateException(
                "-Pcluster was given, but the environment has no %s: see CONTRIBUTING.md"
                    .formatted(name)));
  }

  @Test
  @Timeout(600)
  void a_url_becomes_a_pod_whose_files_outlive_it() throws Exception {
    var settings =
        Files.readString(Path.of(environment("BERTH_TEST_CLUSTER")))
            .replace("UNIQUE", UUID.randomUUID().toString());
    try (var cluster = new KubernetesClientBuilder().build();
        var berth = Installation.create(settings, "saves: {every: 2s}")) {
      berth.up();
      var id = berth.api().run(environment("BERTH_TEST_GIT")).id();
      assertThat(pod(cluster, id).getSpec().getAutomountServiceAccountToken()).isFalse();
      assertThat(sh(berth, id, "git log --oneline | wc -l; id -un")).contains("gitpod");

      // Stopped and started: another pod, the same files.
      sh(berth, id, "echo an hour of work > work");
      berth.api().stop(id);
      berth.api().stopped(id);
      assertThat(cluster.pods().inNamespace(NAMESPACE).withName(id.value()).get()).isNull();
      berth.api().start(id);
      berth.api().running(id);
      assertThat(sh(berth, id, "cat work")).contains("an hour of work");

      // The pod is taken away without a word, as a lost node would.
      sh(berth, id, "echo and another > work");
      var before = pod(cluster, id).getMetadata().getUid();
      saved(berth, id);
      cluster.pods().inNamespace(NAMESPACE).withName(id.value()).withGracePeriod(0).delete();
      await().atMost(SOON).until(() -> isAnother(cluster, id, before));
      berth.api().running(id);
      assertThat(sh(berth, id, "cat work")).contains("and another");

      // A fork has what the other has now.
      sh(berth, id, "echo forked > work");
      var made =
          berth.api().call("POST", Api.path(id) + "/fork", "{}").as(WorkspaceView.class).id();
      berth.api().running(made);
      assertThat(sh(berth, made, "cat work")).contains("forked");

      for (var one : List.of(id, made)) {
        berth.api().delete(one);
        berth.api().gone(one);
        await()
            .atMost(SOON)
            .untilAsserted(() ->
                assertThat(cluster.secrets().inNamespace(NAMESPACE).withName(one.value()).get())
                    .isNull());
      }
    }
  }

  private static boolean isAnother(KubernetesClient cluster, WorkspaceId id, String than) {
    var pod = cluster.pods().inNamespace(NAMESPACE).withName(id.value()).get();
    return pod != null && !pod.getMetadata().getUid().equals(than);
  }

  private static Pod pod(KubernetesClient cluster, WorkspaceId id) {
    return cluster.pods().inNamespace(NAMESPACE).withName(id.value()).require();
  }

  /** Waits for a point that is newer than those there are. */
  private static void saved(Installation berth, WorkspaceId id) throws Exception {
    int before = points(berth, id);
    await().atMost(SOON).until(() -> points(berth, id) > before);
  }

  private static int points(Installation berth, WorkspaceId id) throws Exception {
    return berth
        .api()
        .call("GET", Api.path(id) + "/points", "")
        .as(PointList.class)
        .points()
        .size();
  }

  private static String sh(Installation berth, WorkspaceId id, String script) throws Exception {
    return Inside.exec(berth.api().door(id), List.of("bash", "-c", script), "").text();
  }
}
