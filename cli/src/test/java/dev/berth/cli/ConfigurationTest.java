package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.base.Problem;
import dev.berth.node.NodeConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ConfigurationTest {
  @TempDir Path folder;

  private Configuration of(String yaml, Map<String, String> environment) throws Exception {
    var file = Files.writeString(folder.resolve("berth.yaml"), yaml);
    return Configuration.read(file, environment, Optional.empty());
  }

  @Test
  void mirrors_of_registries_come_from_the_file_or_the_environment() throws Exception {
    var yaml = "images: {mirrors: {docker.io: 'registry.internal:5000/dockerhub'}}";

    assertThat(of(yaml, Map.of()).mirrors())
        .containsExactly(new NodeConfig.Mirror("docker.io", "registry.internal:5000/dockerhub"));
    assertThat(of(yaml, Map.of("BERTH_IMAGES_MIRRORS", "ghcr.io=a.b/c,quay.io=d.e")).mirrors())
        .containsExactly(
            new NodeConfig.Mirror("ghcr.io", "a.b/c"), new NodeConfig.Mirror("quay.io", "d.e"));
    assertThat(of("port: 1", Map.of()).mirrors()).isEmpty();
  }

  @Test
  void a_mirror_that_is_none_and_one_named_twice_are_told_with_all_else() {
    assertThatThrownBy(() ->
            of(
                """
                images:
                  mirrors:
                    docker.io: https://registry.internal
                    ghcr.io: a.internal
                    GHCR.io: b.internal
                port: many
                """,
                Map.of()))
        .isInstanceOf(Problem.Invalid.class)
        .hasMessageContaining("\"docker.io: https://registry.internal\" but must be a registry")
        .hasMessageContaining("images.mirrors names ghcr.io twice")
        .hasMessageContaining("port is \"many\"");
  }

  private static String bucket(Configuration configuration) {
    return configuration.distant().orElseThrow().toString();
  }

  @Test
  void an_object_store_is_of_one_of_three_kinds() throws Exception {
    var key = "a2V5";
    assertThat(bucket(of("objects: {s3: {bucket: one}}", Map.of())))
        .isEqualTo("S3 bucket one at AWS, us-east-1, folder berth");
    var azure = "objects: {prefix: x, azure: {container: one, account: acme}}";
    assertThat(bucket(of(azure, Map.of("BERTH_OBJECTS_AZURE_ACCOUNT_KEY", key))))
        .isEqualTo("Azure container one of the account acme, folder x");
    assertThat(bucket(of("objects: {gcs: {bucket: one}}", Map.of())))
        .isEqualTo("Google bucket one at Google, folder berth");
    var each = "objects: {bucketPerUser: true, gcs: {bucket: one, project: acme}}";
    assertThat(bucket(of(each, Map.of())))
        .isEqualTo("Google bucket one at Google with one for each owner, folder berth");
  }

  @Test
  void what_goes_by_itself_can_be_had_back_for_a_time() throws Exception {
    assertThat(of("unused: {after: 30d}", Map.of()).retention().unused())
        .isEqualTo(Duration.ofDays(30));
    assertThat(of("deleted: {keep: 0s}", Map.of()).retention().deleted()).isZero();
    assertThatThrownBy(() -> of("{unused: {after: 30d}, deleted: {keep: 0s}}", Map.of()))
        .isInstanceOf(Problem.Invalid.class)
        .hasMessageContaining("unused.after")
        .hasMessageContaining("deleted.keep");
  }

  @Test
  void all_that_is_wrong_with_an_object_store_is_told_at_once_and_no_secret_is() {
    assertThatThrownBy(() ->
            of(
                """
                objects:
                  bucketPerUser: true
                  s3: {endpoint: 'https://minio', acessKey: x}
                  azure: {container: Upper, account: acme, accountKey: 'secret!', clientSecret: hidden}
                  gcs: {bucket: much-longer-than-those-of-users-leave-room, key: nowhere.json}
                """,
                Map.of()))
        .isInstanceOf(Problem.Invalid.class)
        .hasMessageContaining("objects.s3.bucket is missing")
        .hasMessageContaining("no setting objects.s3.acessKey (did you mean objects.s3.accessKey?)")
        .hasMessageContaining("objects.azure.container is \"Upper\" but must be 3 to 63")
        .hasMessageContaining("objects.azure.accountKey is no key")
        .hasMessageContaining("give all of objects.azure.tenant")
        .hasMessageContaining("objects.gcs.key is \"nowhere.json\" but cannot be used")
        .hasMessageContaining("must have at most 21 letters")
        .hasMessageContaining("objects.gcs.project is needed")
        .hasMessageNotContaining("secret!")
        .hasMessageNotContaining("hidden");
    assertThatThrownBy(() -> of("objects: {s3: {bucket: one}, gcs: {bucket: two}}", Map.of()))
        .hasMessageContaining("name one of objects.s3, objects.azure and objects.gcs");
  }
}
