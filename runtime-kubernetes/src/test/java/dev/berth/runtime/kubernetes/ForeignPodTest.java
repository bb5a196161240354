package dev.berth.runtime.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.protocol.WorkspaceId;
import dev.berth.runtime.InstanceSpec;
import dev.berth.runtime.Observation;
import dev.berth.runtime.kubernetes.cluster.Creation;
import dev.berth.runtime.kubernetes.network.Policies;
import dev.berth.runtime.kubernetes.network.Reach;
import dev.berth.runtime.kubernetes.pod.Abilities;
import dev.berth.runtime.kubernetes.pod.Placement;
import dev.berth.runtime.kubernetes.pod.PodOf;
import dev.berth.runtime.kubernetes.pod.PodOptions;
import dev.berth.runtime.kubernetes.pod.Shares;
import dev.berth.runtime.kubernetes.pod.SupervisorTree;
import dev.berth.runtime.kubernetes.pod.TreeImage;
import dev.berth.runtime.kubernetes.reading.Patience;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A pod in the place of a workspace's own, and whose it is. */
class ForeignPodTest {
  private static final WorkspaceId FOX = new WorkspaceId("octo-hello-abcdefghijk");
  private static final String PODS = "/api/v1/namespaces/ws/pods";
  private static final String POD = PODS + "/" + FOX;
  private static final String SECRETS = "/api/v1/namespaces/ws/secrets";

  private static final String FOREIGN =
      """
      {"kind": "Pod", "apiVersion": "v1",
       "metadata": {"name": "%s", "namespace": "ws", "uid": "u", "resourceVersion": "1"},
       "spec": {"containers": [{"name": "workspace", "image": "i"}]},
       "status": {"phase": "Running"}}
      """
          .formatted(FOX);

  @TempDir Path folder;

  private final InstanceSpec spec = TestSpecs.spec(FOX, "");
  private ApiStub api;
  private KubernetesOptions options;

  @BeforeEach
  void open_an_api_server() throws IOException {
    api = ApiStub.open();
    options =
        new KubernetesOptions(
            api.access(folder),
            pods(),
            KubernetesOptions.Trees.AUTO,
            KubernetesOptions.Users.AUTO,
            Optional.empty(),
            Optional.empty(),
            Patience.DEFAULT);
  }

  @AfterEach
  void close_it() {
    api.close();
  }

  @Test
  void a_start_fails_and_says_which_pod_is_in_its_place() {
    api.says("GET " + POD, 200, FOREIGN);
    try (var driver = KubernetesDriver.open(options)) {
      driver.start(spec);

      assertThat(driver.observe(FOX))
          .isEqualTo(
              new Observation.Failed(
                  spec.boot().instance(),
                  "A pod %s that Berth did not make is in its place in the namespace ws."
                      .formatted(FOX),
                  "Make that pod anew under another name, or only delete it: kubectl -n ws delete pod %s. Then start it again."
                      .formatted(FOX)));
      assertThat(api.writes()).isEmpty();
    }
  }

  @Test
  void a_stop_and_a_delete_leave_it_alone() {
    api.says("GET " + POD, 200, FOREIGN);
    api.says("DELETE " + SECRETS + "/" + FOX, 200, ApiStub.status(200));
    try (var driver = KubernetesDriver.open(options)) {
      assertThat(driver.observe(FOX)).isEqualTo(new Observation.Absent());
      driver.start(spec);
      driver.stop(FOX, Instant.now());

      assertThat(driver.observe(FOX)).isEqualTo(new Observation.Absent());
      assertThat(driver.log(FOX)).isEmpty();
      assertThat(driver.delete(FOX)).isTrue();
      assertThat(api.writes()).containsExactly("DELETE " + SECRETS + "/" + FOX);
    }
  }

  @Test
  void one_that_takes_the_name_meanwhile_is_seen_at_the_next_start() {
    api.says("POST " + SECRETS, 201, secret());
    api.says("GET " + SECRETS + "/" + FOX, 200, secret());
    api.says("PATCH " + SECRETS + "/" + FOX, 200, secret());
    api.says("POST " + PODS, 409, ApiStub.status(409));
    try (var driver = KubernetesDriver.open(options)) {
      driver.start(spec);
      await().until(() -> api.writes().contains("PATCH " + SECRETS + "/" + FOX));
      api.says("GET " + POD, 200, FOREIGN);
      await().until(() -> driver.observe(FOX) instanceof Observation.Absent);

      driver.start(spec);

      assertThat(driver.observe(FOX)).isInstanceOf(Observation.Failed.class);
    }
  }

  @Test
  void our_own_pod_is_known_by_its_volume_though_somebody_took_its_labels() throws Exception {
    var own = new PodOf(options.pods(), Abilities.NONE).of(spec, "image:1");
    own.getMetadata().setLabels(null);
    api.says("GET " + POD, 200, Serialization.asJson(own));
    api.says("POST " + SECRETS, 201, secret());
    api.says("GET " + SECRETS + "/" + FOX, 200, secret());
    api.says("POST " + PODS, 409, ApiStub.status(409));
    try (var host = Host.open(options)) {
      assertThat(new Launch(host, spec, () -> true).run()).isInstanceOf(Creation.Taken.class);
    }

    // Its plan stays in the secret.
    assertThat(api.writes()).contains("POST " + PODS).noneMatch(write -> write.startsWith("PATCH"));
  }

  @Test
  void a_start_whose_turn_is_over_makes_nothing() {
    try (var driver = KubernetesDriver.open(options)) {
      driver.beginTurn(() -> false);
      driver.start(spec);

      await().until(() -> driver.observe(FOX) instanceof Observation.Absent);
      assertThat(api.writes()).doesNotContain("POST " + PODS, "POST " + SECRETS);
    }
  }

  @Test
  void the_policy_is_written_by_whose_turn_it_is_only() {
    var nothing = new Reach(List.of(), List.of(), List.of(), List.of(), List.of());
    var policy = "PATCH /apis/networking.k8s.io/v1/namespaces/ws/networkpolicies/" + Policies.NAME;
    var closed =
        new KubernetesOptions(
            options.access(),
            options.pods(),
            options.trees(),
            options.users(),
            options.registries(),
            Optional.of(() -> nothing),
            options.patience());
    try (var driver = KubernetesDriver.open(closed)) {
      driver.beginTurn(() -> false);
      driver.start(spec);
      await().until(() -> driver.observe(FOX) instanceof Observation.Absent);
      assertThat(api.writes()).doesNotContain(policy);

      driver.beginTurn(() -> true);
      await().until(() -> api.writes().contains(policy));
    }
  }

  @Test
  void why_a_start_failed_in_an_earlier_turn_is_forgotten_in_the_next() {
    api.says("GET " + POD, 200, FOREIGN);
    try (var driver = KubernetesDriver.open(options)) {
      driver.start(spec);
      assertThat(driver.observe(FOX)).isInstanceOf(Observation.Failed.class);

      driver.beginTurn(() -> true);

      assertThat(driver.observe(FOX)).isEqualTo(new Observation.Absent());
    }
  }

  @Test
  void what_runs_is_told_without_reading_a_secret() {
    var own = new PodOf(options.pods(), Abilities.NONE).of(spec, "image:1");
    var others = FOREIGN.replace(FOX.value(), "octo-other-abcdefghijk");
    api.says(
        "GET " + PODS,
        200,
        "{\"kind\": \"PodList\", \"apiVersion\": \"v1\", \"metadata\": {}, \"items\": [%s, %s]}"
            .formatted(Serialization.asJson(own), others));
    try (var driver = KubernetesDriver.open(options)) {
      assertThat(driver.instances()).containsExactly(FOX);

      assertThat(api.wasAsked("GET " + PODS)).isTrue();
      assertThat(api.wasAsked("GET " + SECRETS)).isFalse();
    }
  }

  private static String secret() {
    return """
    {"kind": "Secret", "apiVersion": "v1", "metadata": {"name": "%s"}, "data": {"a.json": ""}}
    """
        .formatted(FOX);
  }

  private static PodOptions pods() {
    return new PodOptions(
        "tests",
        "default:1",
        new SupervisorTree(
            new TreeImage("berth:1", "opt/supervisor"), List.of("/.supervisor/start"), Map.of()),
        Optional.empty(),
        Optional.empty(),
        Placement.DEFAULT,
        Shares.DEFAULT);
  }
}
