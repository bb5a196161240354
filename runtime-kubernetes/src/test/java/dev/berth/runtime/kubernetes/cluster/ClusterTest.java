package dev.berth.runtime.kubernetes.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.base.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterTest {
  @TempDir Path folder;

  private Path kubeconfig = Path.of("");

  @BeforeEach
  void write_a_kubeconfig_of_two_clusters() throws IOException {
    kubeconfig = folder.resolve("config");
    Files.writeString(
        kubeconfig,
        """
        apiVersion: v1
        kind: Config
        clusters:
        - {name: c1, cluster: {server: "https://one.example:6443"}}
        - {name: c2, cluster: {server: "https://two.example:6443"}}
        users:
        - {name: u1, user: {token: first}}
        - {name: u2, user: {token: second}}
        contexts:
        - {name: one, context: {cluster: c1, user: u1}}
        - {name: two, context: {cluster: c2, user: u2}}
        current-context: one
        """);
  }

  @Test
  void a_named_context_brings_its_server_and_its_credentials() {
    var config = Cluster.config(access("two"));

    assertThat(config.getMasterUrl()).startsWith("https://two.example:6443");
    assertThat(config.getAutoOAuthToken()).isEqualTo("second");
  }

  @Test
  void without_one_the_current_one_counts() {
    var config = Cluster.config(new ClusterAccess(Optional.of(kubeconfig), Optional.empty(), "ws"));

    assertThat(config.getMasterUrl()).startsWith("https://one.example:6443");
    assertThat(config.getAutoOAuthToken()).isEqualTo("first");
  }

  @Test
  void a_context_that_the_file_does_not_have_is_refused() {
    assertThatThrownBy(() -> Cluster.config(access("three")))
        .isInstanceOf(Problem.Invalid.class)
        .hasMessageContaining("has no context three");
  }

  @Test
  void a_context_without_a_kubeconfig_is_refused() {
    var access = new ClusterAccess(Optional.empty(), Optional.of("two"), "ws");

    assertThatThrownBy(() -> Cluster.config(access))
        .isInstanceOf(Problem.Invalid.class)
        .hasMessageContaining("The context two is named, and no kubeconfig");
  }

  private ClusterAccess access(String context) {
    return new ClusterAccess(Optional.of(kubeconfig), Optional.of(context), "ws");
  }
}
