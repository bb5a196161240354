package dev.berth.installer.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.base.config.Settings;
import dev.berth.installer.config.Install;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a check proves for somebody it proves from where that one's pods are. */
final class CheckPodTest {
  @TempDir Path folder;

  private Install install() throws Exception {
    var yaml =
        """
        dashboard: https://berth.example.com
        cluster:
          image: r.example.com/berth:1
          workspaceImage: r.example.com/ws:1
          labels: example.com
          pullSecrets: [login]
          tolerations: [spot, "pool=ws:NoSchedule"]
        install: {architecture: proof-of-value, certificate: {selfSigned: true}}
        """;
    var file = Files.writeString(folder.resolve("berth.yaml"), yaml);
    return Install.read(Settings.read(file, Map.of())).orElseThrow();
  }

  private static JsonNode spec(Install install, String namespace, Place place) {
    var at = new CheckPod.At(namespace, "it", place, place.priority(install));
    return CheckPod.ofBerth(install, at, List.of("x")).path("spec");
  }

  private static String label(JsonNode spec) {
    return spec.at(
            "/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution/nodeSelectorTerms/0/matchExpressions/0/key")
        .asText();
  }

  @Test
  void it_stands_on_the_nodes_of_the_one_that_it_stands_for() throws Exception {
    var install = install();

    assertThat(label(spec(install, "trial", Place.CONTROL))).isEqualTo("example.com/workload_meta");
    assertThat(label(spec(install, "trial", Place.GATEWAY)))
        .isEqualTo("example.com/workload_workspace_services");
    assertThat(label(spec(install, "trial", Place.WORKSPACE)))
        .isEqualTo("example.com/workload_workspace_regular");
    assertThat(label(spec(install, "trial", Place.PREBUILD)))
        .isEqualTo("example.com/workload_workspace_headless");
  }

  @Test
  void it_tolerates_what_that_one_tolerates_and_is_as_important() throws Exception {
    var install = install();

    var workspace = spec(install, "trial", Place.WORKSPACE);
    assertThat(workspace.path("tolerations").findValuesAsText("key"))
        .containsExactly("spot", "pool");
    assertThat(workspace.at("/tolerations/1/value").asText()).isEqualTo("ws");
    assertThat(workspace.path("priorityClassName").asText()).isEqualTo("berth-workspaces");

    var control = spec(install, "trial", Place.CONTROL);
    assertThat(control.path("tolerations").findValuesAsText("key"))
        .containsExactly("node.kubernetes.io/unreachable", "node.kubernetes.io/not-ready");
    assertThat(control.path("priorityClassName").asText()).isEqualTo("berth-system");
    assertThat(control.at("/imagePullSecrets/0/name").asText()).isEqualTo("login");
  }

  @Test
  void it_is_nobody_with_a_token_and_has_an_account_only_where_there_is_one() throws Exception {
    var install = install();

    var among = spec(install, "berth", Place.CONTROL);
    assertThat(among.path("serviceAccountName").asText()).isEqualTo("berth-control");
    assertThat(among.path("automountServiceAccountToken").asBoolean(true)).isFalse();
    assertThat(spec(install, "trial", Place.CONTROL).has("serviceAccountName")).isFalse();
  }

  @Test
  void one_of_another_image_stands_there_with_the_same_login() throws Exception {
    var install = install();
    var at = new CheckPod.At("trial", "it", Place.PREBUILD, Place.PREBUILD.priority(install));

    var spec = CheckPod.ofImage(install, at, "other:1").path("spec");

    assertThat(label(spec)).isEqualTo("example.com/workload_workspace_headless");
    assertThat(spec.at("/containers/0/image").asText()).isEqualTo("other:1");
    assertThat(spec.at("/imagePullSecrets/0/name").asText()).isEqualTo("login");
  }

  @Test
  void it_has_controls_settings_and_of_its_secrets_those_of_its_place() throws Exception {
    var install = install();
    var control =
        new DeploymentBuilder()
            .withNewSpec()
            .withNewTemplate()
            .withNewSpec()
            .addNewVolume()
            .withName("settings")
            .withNewConfigMap()
            .withName("berth-settings-1a2b")
            .endConfigMap()
            .endVolume()
            .endSpec()
            .endTemplate()
            .endSpec()
            .build();

    var its = like(control, install, Place.CONTROL);
    var workspaces = like(control, install, Place.WORKSPACE);

    assertThat(its).contains("berth-settings-1a2b", "BERTH_DATABASE_PASSWORD");
    assertThat(workspaces)
        .contains("berth-settings-1a2b", "BERTH_OBJECTS_S3_SECRET_KEY")
        .doesNotContain("BERTH_DATABASE_PASSWORD");
    assertThat(its + workspaces).doesNotContain("berth-keys");
  }

  private static String like(Deployment control, Install install, Place place) {
    var at = new CheckPod.At("berth", "it", place, place.priority(install));
    return CheckPod.like(control, install, at, List.of("x")).toString();
  }
}
