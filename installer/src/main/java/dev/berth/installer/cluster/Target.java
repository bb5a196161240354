package dev.berth.installer.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.berth.base.Problem;
import dev.berth.base.json.Json;
import dev.berth.installer.config.Install;
import dev.berth.installer.manifests.CheckRecord;
import dev.berth.installer.manifests.Manifest;
import dev.berth.installer.manifests.Rendering;
import dev.berth.installer.manifests.Secrets;
import dev.berth.runtime.kubernetes.cluster.Cluster;
import dev.berth.runtime.kubernetes.cluster.ClusterAccess;
import dev.berth.runtime.kubernetes.cluster.Refusals;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
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
 * {@link Problem}.
 */
public final class Target implements AutoCloseable {
  /** Whose fields are ours, for server-side apply. */
  static final String OWNER = "berth-install";

  private static final int CONNECT_MILLIS = 5_000;
  private static final int ANSWER_MILLIS = 30_000;
  private static final int UNKNOWN = 401;
  private static final int FORBIDDEN = 403;
  private static final int MISSING = 404;
  private static final int CONFLICT = 409;
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

  /** Afterwards it is gone or going; whether it was there. */
  boolean delete(Manifest manifest) {
    return ask("Deleting " + manifest.key(), () -> !resource(manifest).delete().isEmpty());
  }

  /** Changes it by {@code patch}, a JSON that is merged with it. */
  void merge(Manifest manifest, String patch) {
    ask(
        "Changing " + manifest.key(),
        () -> resource(manifest).patch(PatchContext.of(PatchType.JSON_MERGE), patch));
  }

  /**
   * Makes {@code whole}, or gives {@code before} this data; whether it was done, and not refused as
   * somebody has made or changed it since {@code before} was read.
   */
  <T extends HasMetadata> boolean write(
      String tried, Optional<T> before, T whole, Map<String, String> data) {
    return ask(
        tried,
        () -> {
          try {
            if (before.isEmpty()) client.resource(whole).create();
            else change(before.get(), data);
            return true;
          } catch (KubernetesClientException e) {
            boolean gone = before.isPresent() && e.getCode() == MISSING;
            if (e.getCode() == CONFLICT || gone) return false;
            throw e;
          }
        });
  }

  private <T extends HasMetadata> void change(T before, Map<String, String> data) {
    var version = before.getMetadata().getResourceVersion();
    var patch = Map.of("metadata", Map.of("resourceVersion", version), "data", data);
    client.resource(before).patch(PatchContext.of(PatchType.JSON_MERGE), Json.write(patch));
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

  /**
   * The secrets of an installation: what is there, and what is recorded as applied where that is
   * gone. A {@link Problem.Missing} where its key is in neither: a new one could read nothing of
   * what was saved.
   */
  public Secrets kept(Install install) {
    var applied = new Applied(this, install.namespace());
    var all = new TreeMap<String, SortedMap<String, byte[]>>();
    for (var name : Rendering.secretNames(install)) {
      var content = new TreeMap<>(secret(install.namespace(), name));
      if (content.isEmpty() || name.equals(Secrets.KEYS)) {
        recorded(applied, install.namespace(), name).forEach(content::putIfAbsent);
      }
      if (!content.isEmpty()) all.put(name, content);
    }
    var kept = new Secrets(all);
    if (applied.isThere() && !kept.hasKey()) {
      throw new Problem.Missing(
          "Berth is installed in %1$s, and its key is gone: the secret %1$s/%2$s has none, and no record of it either."
              .formatted(install.namespace(), Secrets.KEYS),
          "Restore %s from your copy; with a new key all that was saved is lost. If there is nothing to be kept: berth install remove --data first."
              .formatted(Secrets.KEYS));
    }
    return kept;
  }

  private static Map<String, byte[]> recorded(Applied applied, String namespace, String name) {
    var key = "Secret %s/%s".formatted(namespace, name);
    var content = new TreeMap<String, byte[]>();
    applied.all().stream()
        .filter(one -> one.key().equals(key))
        .flatMap(one -> one.body().path("data").properties().stream())
        .forEach(entry ->
            content.put(entry.getKey(), Base64.getDecoder().decode(entry.getValue().asText())));
    return content;
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

  /** The service by which people come in, where there is one. */
  public Optional<Service> gateway(String namespace) {
    return ask(
        "Looking for the gateway's service",
        () ->
            Optional.ofNullable(
                client.services().inNamespace(namespace).withName("berth-gateway").get()));
  }

  /** The role that decides, as it is there. */
  public Optional<Deployment> control(String namespace) {
    return ask(
        "Looking for control",
        () ->
            Optional.ofNullable(
                client
                    .apps()
                    .deployments()
                    .inNamespace(namespace)
                    .withName(CheckRecord.OWNER)
                    .get()));
  }

  /** The role that decides, as {@code manifests} have it. */
  public Deployment control(List<Manifest> manifests) {
    return manifests.stream()
        .filter(one -> one.kind().equals("Deployment") && one.name().equals(CheckRecord.OWNER))
        .map(one -> client.getKubernetesSerialization().convertValue(one.body(), Deployment.class))
        .findFirst()
        .orElseThrow();
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

  /** The call's answer; empty where the one who asks may not ask that. */
  public <T> Optional<T> ifAllowed(String tried, Supplier<T> call) {
    try {
      return Optional.of(call.get());
    } catch (KubernetesClientException e) {
      if (e.getCode() == UNKNOWN || e.getCode() == FORBIDDEN) return Optional.empty();
      throw Refusals.problem(tried, server(), e);
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
