package dev.berth.runtime.kubernetes;

import dev.berth.base.process.Command;
import dev.berth.protocol.WorkspaceId;
import dev.berth.runtime.kubernetes.cluster.ClusterAccess;
import dev.berth.runtime.kubernetes.pod.ContentContainer;
import dev.berth.runtime.kubernetes.pod.Placement;
import dev.berth.runtime.kubernetes.pod.PodOptions;
import dev.berth.runtime.kubernetes.pod.Shares;
import dev.berth.runtime.kubernetes.pod.SupervisorTree;
import dev.berth.runtime.kubernetes.pod.TreeImage;
import dev.berth.runtime.kubernetes.reading.Patience;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuotaBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A namespace of the cluster that KUBECONFIG names, and images; both gone at the end. */
final class TestCluster {
  private final Path folder;
  private final TestImages images;
  private final KubernetesClient client;
  private final String namespace;

  private TestCluster(Path folder, TestImages images, KubernetesClient client, String namespace) {
    this.folder = folder;
    this.images = images;
    this.client = client;
    this.namespace = namespace;
  }

  static TestCluster make(String name) throws Exception {
    var folder = Files.createTempDirectory(Path.of("/var/tmp"), "berth-kubernetes-test");
    var images = TestImages.push(environment("BERTH_TEST_REGISTRY"), folder);
    var client =
        new KubernetesClientBuilder()
            .withConfig(Config.fromKubeconfig(Path.of(environment("KUBECONFIG")).toFile()))
            .build();
    var namespace = "berth-test-" + name + "-" + ProcessHandle.current().pid();
    client
        .namespaces()
        .resource(
            new NamespaceBuilder()
                .withNewMetadata()
                .withName(namespace)
                .addToLabels("pod-security.kubernetes.io/enforce", "baseline")
                .endMetadata()
                .build())
        .create();
    return new TestCluster(folder, images, client, namespace);
  }

  private static String environment(String name) {
    return Objects.requireNonNull(System.getenv(name), name);
  }

  TestImages images() {
    return images;
  }

  KubernetesClient client() {
    return client;
  }

  String namespace() {
    return namespace;
  }

  Path folder() {
    return folder;
  }

  ClusterAccess access() {
    return access(Path.of(environment("KUBECONFIG")));
  }

  ClusterAccess access(Path kubeconfig) {
    return new ClusterAccess(Optional.of(kubeconfig), Optional.empty(), namespace);
  }

  KubernetesOptions options() {
    return options(pods(Optional.empty(), Placement.DEFAULT));
  }

  KubernetesOptions options(PodOptions pods) {
    return options(access(), pods, KubernetesOptions.Trees.AUTO);
  }

  KubernetesOptions options(ClusterAccess access, PodOptions pods, KubernetesOptions.Trees trees) {
    return new KubernetesOptions(
        access,
        pods,
        trees,
        KubernetesOptions.Users.AUTO,
        Optional.empty(),
        Optional.empty(),
        Patience.DEFAULT);
  }

  PodOptions pods(Optional<ContentContainer> content, Placement placement) {
    return new PodOptions(
        "tests",
        images.workspace(),
        new SupervisorTree(
            new TreeImage(images.trees(), "opt/supervisor", List.of("/bin/cp", "-a")),
            TestImages.ARGV,
            Map.of("PATH", "/nowhere", "FROM_TREE", "$(HOME) is $$")),
        Optional.empty(),
        content,
        placement,
        new Shares(1, 10, 64L << 20, 256L << 20));
  }

  Pod pod(WorkspaceId workspace) {
    return Objects.requireNonNull(
        client.pods().inNamespace(namespace).withName(workspace.value()).get());
  }

  /** What a program of the pod's container says, both outputs together. */
  String inside(WorkspaceId workspace, String container, String script) throws Exception {
    var said = new ByteArrayOutputStream();
    try (var exec =
        client
            .pods()
            .inNamespace(namespace)
            .withName(workspace.value())
            .inContainer(container)
            .writingOutput(said)
            .writingError(said)
            .exec(
                container.equals("workspace") ? "/.supervisor/bin/busybox" : "/bin/busybox",
                "sh",
                "-c",
                script)) {
      exec.exitCode().get(30, TimeUnit.SECONDS);
    }
    return said.toString(StandardCharsets.UTF_8);
  }

  /** The kubeconfig of an account that has the rights that a driver needs, and no other. */
  Path namespacedAccount() throws Exception {
    var made =
        """
        apiVersion: v1
        kind: List
        items:
        - apiVersion: v1
          kind: ServiceAccount
          metadata: {name: control}
        - apiVersion: rbac.authorization.k8s.io/v1
          kind: Role
          metadata: {name: control}
          rules:
          - {apiGroups: [""], resources: [pods], verbs: [get, list, watch, create, patch, delete]}
          - {apiGroups: [""], resources: [pods/log], verbs: [get]}
          - {apiGroups: [""], resources: [secrets], verbs: [get, list, create, patch, delete]}
          - {apiGroups: [""], resources: [events], verbs: [list]}
          - {apiGroups: [networking.k8s.io], resources: [networkpolicies], verbs: [get, create, patch]}
        - apiVersion: rbac.authorization.k8s.io/v1
          kind: RoleBinding
          metadata: {name: control}
          roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: control}
          subjects: [{kind: ServiceAccount, name: control}]
        """;
    client
        .load(new ByteArrayInputStream(made.getBytes(StandardCharsets.UTF_8)))
        .inNamespace(namespace)
        .create();
    var token =
        client
            .serviceAccounts()
            .inNamespace(namespace)
            .withName("control")
            .tokenRequest(new TokenRequest())
            .getStatus()
            .getToken();
    var config = client.getConfiguration();
    var file = folder.resolve("account.conf");
    Files.writeString(
        file,
        """
        apiVersion: v1
        kind: Config
        clusters: [{name: c, cluster: {server: "%s", certificate-authority-data: %s}}]
        users: [{name: u, user: {token: %s}}]
        contexts: [{name: c, context: {cluster: c, user: u}}]
        current-context: c
        """
            .formatted(config.getMasterUrl(), config.getCaCertData(), token));
    return file;
  }

  void end() throws Exception {
    client.namespaces().withName(namespace).delete();
    client.close();
    Command.of("rm", "-rf", folder.toString()).orProblem("Remove it by hand.");
  }

  /** Lets its namespace have so many pods. */
  void quota(String pods) {
    client()
        .resourceQuotas()
        .inNamespace(namespace())
        .resource(
            new ResourceQuotaBuilder()
                .withNewMetadata()
                .withName("pods")
                .endMetadata()
                .withNewSpec()
                .withHard(Map.of("pods", new Quantity(pods)))
                .endSpec()
                .build())
        .create();
  }
}
