package dev.berth.installer.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.base.config.Settings;
import dev.berth.installer.config.Install;
import dev.berth.runtime.kubernetes.ControlPlane;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a real API server says of what is rendered, field by field. */
@EnabledIfEnvironmentVariable(
    named = ControlPlane.ASSETS,
    matches = ".+",
    disabledReason = "needs etcd and kube-apiserver in the folder that KUBEBUILDER_ASSETS names")
final class RenderedOnControlPlaneTest {
  @TempDir private static Path folder;

  private static ControlPlane plane;
  private static KubernetesClient client;

  @BeforeAll
  static void start() throws Exception {
    plane = ControlPlane.start(folder);
    client =
        new KubernetesClientBuilder()
            .withConfig(Config.fromKubeconfig(plane.kubeconfig().toFile()))
            .build();
  }

  @AfterAll
  static void end() {
    client.close();
    plane.close();
  }

  @ParameterizedTest
  @CsvSource({
    "proof-of-value, gcp, selfSigned: true",
    "proof-of-value, aws, secret: own",
    "proof-of-value, azure, selfSigned: true",
    "proof-of-value, none, elsewhere: true",
    "production, gcp, secret: own",
    "production, aws, selfSigned: true",
    "production, azure, elsewhere: true",
    "k3s, none, selfSigned: true",
    "k3s, none, elsewhere: true",
  })
  void every_installation_is_taken_and_once_applied_is_taken_again(
      String architecture, String provider, String certificate) throws Exception {
    var name =
        "%s-%s-%s"
            .formatted(architecture, provider, certificate.replaceAll("\\W.*", ""))
            .toLowerCase(Locale.ROOT);
    var all = rendered(name, architecture, provider, certificate);

    assertThat(all).hasSizeGreaterThanOrEqualTo(20);
    for (var manifest : all) {
      var made = apply(manifest);
      var again = apply(manifest);
      // Not the version: a claim's changes each time, though nothing of it does.
      assertThat(again.getAdditionalProperties())
          .as("%s %s is the same when it is applied once more".formatted(made.getKind(), name))
          .isEqualTo(made.getAdditionalProperties());
      assertThat(again.getMetadata().getLabels()).isEqualTo(made.getMetadata().getLabels());
      assertThat(again.getMetadata().getAnnotations())
          .isEqualTo(made.getMetadata().getAnnotations());
    }
    client.services().inNamespace(name).delete(); // the next one wants the same ports of nodes
  }

  private static List<Manifest> rendered(
      String name, String architecture, String provider, String certificate) throws Exception {
    var outside =
        """
        database: {url: "jdbc:mariadb://db/berth", user: berth, password: secret}
        objects: {s3: {bucket: berth, accessKey: AK, secretKey: SK}}
        """;
    var yaml =
        """
        dashboard: https://berth.example.com
        cluster: {image: r.example.com/berth:1, workspaceImage: r.example.com/ws:1, namespace: %1$s-ws}
        %5$s
        install:
          architecture: %2$s
          provider: %3$s
          namespace: %1$s
          certificate: {%4$s}
          quota: {pods: 10, cpu: 500m, memory: 4Gi}
        """
            .formatted(
                name,
                architecture,
                provider,
                certificate,
                architecture.equals("production") ? outside : "");
    var settings = Settings.read(Files.writeString(folder.resolve(name + ".yaml"), yaml), Map.of());
    var install = Install.read(settings).orElseThrow();
    var secrets =
        SecretSource.complete(
            install, settings.said(), Secrets.none(), Instant.parse("2026-11-22T12:00:00Z"));
    return Rendering.of(install, settings.said(), Optional.of(secrets), "1");
  }

  private static GenericKubernetesResource apply(Manifest manifest) throws Exception {
    var object =
        Serialization.unmarshal(manifest.body().toString(), GenericKubernetesResource.class);
    var resource = client.resource(object);
    var strictly =
        new PatchContext.Builder()
            .withPatchType(PatchType.SERVER_SIDE_APPLY)
            .withFieldManager("berth-install")
            .withFieldValidation("Strict")
            .withForce(true)
            .build();
    return manifest.namespace().isPresent()
        ? resource.inNamespace(manifest.namespace().get()).patch(strictly, object)
        : resource.patch(strictly, object);
  }
}
