package dev.berth.installer.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.berth.installer.config.Install;
import dev.berth.installer.manifests.Manifest;
import dev.berth.installer.manifests.Rendering;
import dev.berth.installer.manifests.Secrets;
import dev.berth.runtime.kubernetes.cluster.Cluster;
import dev.berth.runtime.kubernetes.cluster.ClusterAccess;
import dev.berth.runtime.kubernetes.cluster.Refusals;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * The cluster that is installed on. Each call blocks, for some seconds at most, and fails with a
 * {@link dev.berth.base.Problem}.
 */
public final class Target implements AutoCloseable {
  /** Whose fields are ours, for server-side apply. */
  static final String OWNER = "berth-install";

  private static final int CONNECT_MILLIS = 5_000;
  private static final int ANSWER_MILLIS = 30_000;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final KubernetesClient client;

  private Target(KubernetesClient client) {
    this.client = client;
  }

  /** Asks nothing of it yet. */
  public static Target connect(ClusterAccess access) {
    var config =
        new ConfigBuilder(Cluster.config(access))
            .withConnectionTimeout(CONNECT_MILLIS)
            .withRequestTimeout(ANSWER_MILLIS)
            .withRequestRetryBackoffLimit(2)
            .build();
    return new Target(new KubernetesClientBuilder().withConfig(config).build());
  }

  /** For checks, which ask it of all kinds of things. */
  public KubernetesClient client() {
    return client;
  }

  public String server() {
    return client.getMasterUrl().toString();
  }

  /** What came of applying a manifest. */
  enum Change {
    MADE,
    CHANGED,
    SAME
  }

  Change apply(Manifest manifest) {
    return ask(
        "Applying " + manifest.key(),
        () -> {
          var resource = resource(manifest);
          var before = resource.get();
          var after =
              resource.patch(
                  new PatchContext.Builder()
                      .withPatchType(PatchType.SERVER_SIDE_APPLY)
                      .withFieldManager(OWNER)
                      .withForce(true)
                      .build(),
                  generic(manifest));
          if (before == null) return Change.MADE;
          var version = before.getMetadata().getResourceVersion();
          return version.equals(after.getMetadata().getResourceVersion())
              ? Change.SAME
              : Change.CHANGED;
        });
  }

  Optional<GenericKubernetesResource> find(Manifest manifest) {
    return ask(
        "Looking for " + manifest.key(), () -> Optional.ofNullable(resource(manifest).get()));
  }

  /** Afterwards it is gone or going. */
  void delete(Manifest manifest) {
    ask("Deleting " + manifest.key(), () -> resource(manifest).delete());
  }

  private Resource<GenericKubernetesResource> resource(Manifest manifest) {
    var generic = generic(manifest);
    return manifest.namespace().isPresent()
        ? client.resource(generic).inNamespace(manifest.namespace().get())
        : client.resource(generic);
  }

  private static GenericKubernetesResource generic(Manifest manifest) {
    try {
      return new GenericKubernetesResourceBuilder(
              JSON.treeToValue(manifest.body(), GenericKubernetesResource.class))
          .build();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("no object can be made of " + manifest.key(), e);
    }
  }

  /** The secrets of an installation that are there. */
  public Secrets kept(Install install) {
    var all = new TreeMap<String, SortedMap<String, byte[]>>();
    for (var name : Rendering.secretNames(install)) {
      var found = secret(install.namespace(), name);
      if (!found.isEmpty()) all.put(name, new TreeMap<>(found));
    }
    return new Secrets(all);
  }

  /** The content of a secret; none where it is not there. */
  public Map<String, byte[]> secret(String namespace, String name) {
    return ask(
        "Reading the secret %s/%s".formatted(namespace, name),
        () -> {
          var content = new TreeMap<String, byte[]>();
          var found = client.secrets().inNamespace(namespace).withName(name).get();
          if (found == null || found.getData() == null) return content;
          found
              .getData()
              .forEach((key, text) -> content.put(key, Base64.getDecoder().decode(text)));
          return content;
        });
  }

  List<Pod> pods(String namespace, Map<String, String> selector) {
    return ask(
        "Listing pods of " + namespace,
        () -> client.pods().inNamespace(namespace).withLabels(selector).list().getItems());
  }

  /** What the cluster reported of a pod. */
  public List<Event> events(Pod pod) {
    var meta = pod.getMetadata();
    return ask(
        "Reading what was reported of " + meta.getName(),
        () ->
            client
                .v1()
                .events()
                .inNamespace(meta.getNamespace())
                .withField("involvedObject.name", meta.getName())
                .list()
                .getItems());
  }

  /** The last lines of a pod's container; nothing where there are none. */
  String log(Pod pod, int lines) {
    try {
      return client
          .pods()
          .inNamespace(pod.getMetadata().getNamespace())
          .withName(pod.getMetadata().getName())
          .tailingLines(lines)
          .getLog();
    } catch (KubernetesClientException e) {
      return ""; // it has not begun, or is gone
    }
  }

  /** The call's answer, or what its refusal means. */
  public <T> T ask(String tried, Supplier<T> call) {
    try {
      return call.get();
    } catch (KubernetesClientException e) {
      throw Refusals.problem(tried, server(), e);
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
