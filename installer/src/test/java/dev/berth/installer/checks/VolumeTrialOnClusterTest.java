package dev.berth.installer.checks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.base.config.Settings;
import dev.berth.installer.cluster.Target;
import dev.berth.installer.config.Install;
import dev.berth.protocol.check.Result;
import dev.berth.runtime.kubernetes.cluster.ClusterAccess;
import io.fabric8.kubernetes.api.model.storage.StorageClassBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** On the cluster that KUBECONFIG names, with a storage class whose driver nobody has installed. */
@EnabledIfSystemProperty(
    named = "berth.cluster",
    matches = "true",
    disabledReason = "needs a cluster: ./mvnw verify -Pcluster")
final class VolumeTrialOnClusterTest {
  @TempDir Path folder;

  @Test
  void a_class_whose_driver_is_missing_is_told_in_the_words_of_the_cluster() throws Exception {
    var name = "berth-test-nobody-" + ProcessHandle.current().pid();
    var kubeconfig = Path.of(Objects.requireNonNull(System.getenv("KUBECONFIG"), "KUBECONFIG"));
    var access = new ClusterAccess(Optional.of(kubeconfig), Optional.empty(), "default");
    var said = new ArrayList<String>();
    try (var target = Target.connect(access)) {
      var classes = target.client().storage().v1().storageClasses();
      classes
          .resource(
              new StorageClassBuilder()
                  .withNewMetadata()
                  .withName(name)
                  .endMetadata()
                  .withProvisioner("nobody.example.com")
                  .build())
          .create();
      try {
        var trial =
            new Trial(target, install(name), Clock.systemUTC(), said::add, Duration.ofSeconds(5));

        var results = trial.inside(all -> all.addAll(trial.volumes()));

        assertThat(results).hasSize(1);
        assertThat(results.getFirst().code()).isEqualTo("B301");
        assertThat(results.getFirst().outcome()).isInstanceOf(Result.Outcome.Bad.class);
        var bad = (Result.Outcome.Bad) results.getFirst().outcome();
        assertThat(bad.what()).contains("nobody.example.com");
        assertThat(bad.remedy()).contains("aws-ebs-csi-driver");
        assertThat(said).anySatisfy(line -> assertThat(line).contains("5 s at most"));
      } finally {
        classes.withName(name).delete();
      }
    }
  }

  private Install install(String storageClass) throws Exception {
    var yaml =
        """
        dashboard: https://berth.example.com
        cluster: {image: 10.213.0.2:5000/none:1, workspaceImage: none}
        install:
          architecture: proof-of-value
          certificate: {selfSigned: true}
          database: {storageClass: %1$s}
          objects: {storageClass: %1$s}
        """
            .formatted(storageClass);
    var file = Files.writeString(folder.resolve("berth.yaml"), yaml);
    return Install.read(Settings.read(file, Map.of())).orElseThrow();
  }
}
