package dev.berth.runtime.kubernetes.cluster;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.berth.base.Problem;
import dev.berth.base.json.Json;
import dev.berth.base.text.Reason;
import dev.berth.protocol.WorkspaceId;
import dev.berth.runtime.kubernetes.pod.Marks;
import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A namespace of a cluster. Every call blocks, for some seconds at most; {@link
 * Problem.Unavailable} where the API server is away, {@link Problem.Conflict} where it refuses.
 */
public final class Cluster implements AutoCloseable {
  /** An API server that is well answers in milliseconds. */
  private static final int CONNECT_MILLIS = 3_000;

  static final int ANSWER_MILLIS = 10_000;

  /** The end of a log that is read for its last 64 KiB; short lines of a start fill less. */
  private static final int LOG_LINES = 2_000;

  private static final int LOG_BYTES = 64 * 1024;

  /** What is asked of secrets whose names alone are wanted: they hold plans of some KB each. */
  private static final String NAMES =
      "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";

  /** A name comes with some hundred bytes beside it. */
  private static final int PAGE = 500;

  private final KubernetesClient client;
  private final String namespace;

  private Cluster(KubernetesClient client, String namespace) {
    this.client = client;
    this.namespace = namespace;
  }

  /** Asks nothing of it yet. */
  public static Cluster connect(ClusterAccess access) {
    var config =
        new ConfigBuilder(config(access))
            .withNamespace(access.namespace())
            .withConnectionTimeout(CONNECT_MILLIS)
            .withRequestTimeout(ANSWER_MILLIS)
            .withRequestRetryBackoffLimit(0) // who looks again is the retry
            .build();
    return new Cluster(
        new KubernetesClientBuilder().withConfig(config).build(), access.namespace());
  }

  /** Where the API server is. */
  public static URI server(ClusterAccess access) {
    return URI.create(config(access).getMasterUrl());
  }

  /** How the API server is reached, for who asks it of other things than pods. */
  public static Config config(ClusterAccess access) {
    var config = credentials(access);
    // The JDK's client asks all of a server over one connection of HTTP/2, and asks on over it when
    // it died without a word. Of HTTP/1.1 it closes one whose answer did not come in time, and
    // leaves one that was idle for 30 s; there are as many as there are questions at once.
    config.setHttp2Disable(true);
    return config;
  }

  private static Config credentials(ClusterAccess access) {
    if (access.kubeconfig().isEmpty()) return ofPod(access.context());
    var file = access.kubeconfig().get();
    try {
      // A context that is set afterwards leaves the server and the credentials as they are.
      var config = Config.fromKubeconfig(access.context().orElse(null), file.toFile());
      access.context().ifPresent(name -> mustHave(config, name, file.toString()));
      return config;
    } catch (KubernetesClientException | IllegalArgumentException e) {
      throw new Problem.Invalid(
          "The kubeconfig %s cannot be read: %s.".formatted(file, Reason.of(e)),
          "Name one that kubectl can use.",
          e);
    }
  }

  private static Config ofPod(Optional<String> context) {
    if (context.isPresent()) {
      throw new Problem.Invalid(
          "The context %s is named, and no kubeconfig that has it.".formatted(context.get()),
          "Name its kubeconfig in cluster.kubeconfig, or leave cluster.context out.");
    }
    return Config.autoConfigure(null);
  }

  private static void mustHave(Config config, String context, String file) {
    if (config.getContexts().stream().noneMatch(known -> known.getName().equals(context))) {
      throw new Problem.Invalid(
          "The kubeconfig %s has no context %s.".formatted(file, context),
          "See: kubectl --kubeconfig %s config get-contexts.".formatted(file));
    }
  }

  public String namespace() {
    return namespace;
  }

  /**
   * Watches the namespace's pods. All of them: who removes a label from one of ours does not hide
   * it.
   */
  public PodWatch watch() {
    return PodWatch.begin(client, namespace);
  }

  /** Each pod of an installation, by asking now. */
  public List<Pod> pods(String installation) {
    return ask(
        "Listing the pods",
        () ->
            client
                .pods()
                .inNamespace(namespace)
                .withLabel(Marks.INSTALLATION, installation)
                .list()
                .getItems());
  }

  /** The workspace's pod, by asking now. */
  public Optional<Pod> pod(WorkspaceId workspace) {
    return ask(
        "Looking for the pod of " + workspace,
        () ->
            Optional.ofNullable(
                client.pods().inNamespace(namespace).withName(workspace.value()).get()));
  }

  /** Makes the pod; at most one of a name. */
  public Creation create(Pod pod) {
    try {
      return new Creation.Made(client.pods().inNamespace(namespace).resource(pod).create());
    } catch (KubernetesClientException e) {
      if (e.getCode() == 409) return new Creation.Taken();
      if (Refusals.isAway(e)) throw problem("Making a pod", e);
      return Refusals.of(e, namespace);
    }
  }

  /** The pod as the API server would take it, without making it; empty where it would not. */
  public Optional<Pod> tryOut(Pod pod) {
    try {
      return Optional.of(client.pods().inNamespace(namespace).resource(pod).dryRun().create());
    } catch (KubernetesClientException e) {
      if (Refusals.isAway(e)) throw problem("Trying out a pod", e);
      return Optional.empty();
    }
  }

  /** The version of the API server, for example 1.36. */
  public String version() {
    return ask(
        "Asking for its version",
        () -> {
          var version = client.getKubernetesVersion();
          return version.getMajor() + "." + version.getMinor();
        });
  }

  /** The nodes; empty where we may not look at them. */
  public List<Node> nodes() {
    try {
      return client.nodes().list().getItems();
    } catch (KubernetesClientException e) {
      if (Refusals.isAway(e)) throw problem("Listing the nodes", e);
      return List.of();
    }
  }

  /**
   * Asks for the end of exactly this pod, with so much time for it; a second call can only hurry.
   * Zero forgets the pod whether it ended or not.
   */
  public void delete(Pod pod, long graceSeconds) {
    var meta = pod.getMetadata();
    var how =
        new DeleteOptionsBuilder()
            .withGracePeriodSeconds(graceSeconds)
            .withNewPreconditions()
            .withUid(meta.getUid())
            .endPreconditions()
            .build();
    try {
      client.raw(
          "/api/v1/namespaces/%s/pods/%s".formatted(namespace, meta.getName()), "DELETE", how);
    } catch (KubernetesClientException e) {
      boolean gone = e.getCode() == 404 || e.getCode() == 409; // 409: another one has its name
      if (!gone) throw problem("Ending the pod " + meta.getName(), e);
    }
  }

  /** Writes an annotation on the pod, where it is still there. */
  public void annotate(Pod pod, String name, String value) {
    var meta = pod.getMetadata();
    var patch =
        Json.write(
            Map.of("metadata", Map.of("uid", meta.getUid(), "annotations", Map.of(name, value))));
    try {
      client
          .pods()
          .inNamespace(namespace)
          .withName(meta.getName())
          .patch(PatchContext.of(PatchType.JSON_MERGE), patch);
    } catch (KubernetesClientException e) {
      boolean gone = e.getCode() == 404 || e.getCode() == 409 || e.getCode() == 422;
      if (!gone) throw problem("Annotating the pod " + meta.getName(), e);
    }
  }

  /** Lets the namespace have this policy, whatever it was before. */
  public void apply(NetworkPolicy policy) {
    ask(
        "Closing the network of " + namespace,
        () ->
            client
                .network()
                .v1()
                .networkPolicies()
                .inNamespace(namespace)
                .resource(policy)
                .fieldManager(Marks.OURS)
                .forceConflicts()
                .serverSideApply());
  }

  /** What the cluster reported of the pod within the last hour or so. */
  public List<Event> events(Pod pod) {
    return ask(
        "Asking what happened to " + pod.getMetadata().getName(),
        () ->
            client
                .v1()
                .events()
                .inNamespace(namespace)
                .withField("involvedObject.uid", pod.getMetadata().getUid())
                .list()
                .getItems());
  }

  /** The last 64 KiB that the pod's main container printed; empty where there are none. */
  public String log(Pod pod) {
    try (InputStream stream =
        client
            .pods()
            .inNamespace(namespace)
            .withName(pod.getMetadata().getName())
            .inContainer(Marks.MAIN)
            .tailingLines(LOG_LINES)
            .getLogInputStream()) {
      return stream == null ? "" : end(stream);
    } catch (KubernetesClientException e) {
      // 400: the container has not begun; 404: it is gone.
      if (e.getCode() == 400 || e.getCode() == 404) return "";
      throw problem("Reading the log of " + pod.getMetadata().getName(), e);
    } catch (IOException e) {
      throw new Problem.Unavailable(
          "The log of %s broke off: %s.".formatted(pod.getMetadata().getName(), e.getMessage()),
          "Ask again.",
          e);
    }
  }

  private static String end(InputStream stream) throws IOException {
    var last = new byte[0];
    for (var next = stream.readNBytes(LOG_BYTES); next.length > 0; ) {
      var both = Arrays.copyOf(last, last.length + next.length);
      System.arraycopy(next, 0, both, last.length, next.length);
      last = Arrays.copyOfRange(both, Math.max(0, both.length - LOG_BYTES), both.length);
      next = stream.readNBytes(LOG_BYTES);
    }
    return new String(last, StandardCharsets.UTF_8);
  }

  /** The workspace's secret. */
  public Optional<Secret> secret(WorkspaceId workspace) {
    return ask(
        "Looking for the secret of " + workspace,
        () ->
            Optional.ofNullable(
                client.secrets().inNamespace(namespace).withName(workspace.value()).get()));
  }

  /** The names of all secrets of an installation's workspaces; what they hold is not asked for. */
  public List<String> workspaces(String installation) {
    return ask(
        "Listing the workspaces",
        () -> {
          var names = new ArrayList<String>();
          Optional<String> next = Optional.of("");
          while (next.isPresent()) {
            var page = page(installation, next.get());
            page.items().orElse(List.of()).forEach(one -> names.add(one.metadata().name()));
            next = page.metadata().next().filter(there -> !there.isEmpty());
          }
          return names;
        });
  }

  /**
   * A page of a list of which only names are asked for.
   *
   * @param items null of the server's where there are none
   */
  private record Page(Position metadata, Optional<List<Item>> items) {}

  private record Position(@JsonProperty("continue") Optional<String> next) {}

  private record Item(Named metadata) {}

  private record Named(String name) {}

  private Page page(String installation, String next) {
    var selector = "%s=%s,%s".formatted(Marks.INSTALLATION, installation, Marks.WORKSPACE);
    var request =
        client
            .getHttpClient()
            .newHttpRequestBuilder()
            .uri(
                "%s/api/v1/namespaces/%s/secrets?limit=%d&labelSelector=%s&continue=%s"
                    .formatted(
                        server(client),
                        namespace,
                        PAGE,
                        URLEncoder.encode(selector, StandardCharsets.UTF_8),
                        URLEncoder.encode(next, StandardCharsets.UTF_8)))
            .header("Accept", NAMES)
            .timeout(ANSWER_MILLIS, TimeUnit.MILLISECONDS)
            .build();
    var answer = answer(client.getHttpClient().sendAsync(request, byte[].class));
    if (answer.code() == 200) return Json.read(answer.body(), Page.class);
    throw new KubernetesClientException(
        new String(answer.body(), StandardCharsets.UTF_8),
        answer.code(),
        new StatusBuilder().withCode(answer.code()).build());
  }

  /** Where it is, for the addresses of requests that are made by hand. */
  static String server(KubernetesClient client) {
    return client.getMasterUrl().toString().replaceFirst("/+$", "");
  }

  static <T> T answer(CompletableFuture<T> answer) {
    try {
      return answer.get(ANSWER_MILLIS, TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      var why = Optional.ofNullable(e.getCause()).orElse(e);
      throw new KubernetesClientException(String.valueOf(why.getMessage()), why);
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw new KubernetesClientException("no answer", new IOException(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KubernetesClientException("interrupted", e);
    }
  }

  /** Adds what {@code secret} holds to the one of its name, which is made where it is not there. */
  public Secret put(Secret secret) {
    var name = secret.getMetadata().getName();
    return ask(
        "Keeping the plan of " + name,
        () -> {
          try {
            return client.secrets().inNamespace(namespace).resource(secret).create();
          } catch (KubernetesClientException e) {
            if (e.getCode() != 409) throw e;
            return patch(name, new LinkedHashMap<>(secret.getData()));
          }
        });
  }

  /** Adds {@code text} to the workspace's secret, where that is there. */
  public void keep(WorkspaceId workspace, String key, String text) {
    var value = Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    change(workspace, Map.of(key, value));
  }

  /** Removes keys of the workspace's secret. */
  public void drop(WorkspaceId workspace, Iterable<String> keys) {
    var gone = new HashMap<String, @Nullable String>();
    keys.forEach(key -> gone.put(key, null));
    if (!gone.isEmpty()) change(workspace, gone);
  }

  private void change(WorkspaceId workspace, Map<String, ? extends @Nullable String> data) {
    try {
      patch(workspace.value(), data);
    } catch (KubernetesClientException e) {
      if (e.getCode() != 404) throw problem("Changing the secret of " + workspace, e);
    }
  }

  private Secret patch(String name, Map<String, ? extends @Nullable String> data) {
    return client
        .secrets()
        .inNamespace(namespace)
        .withName(name)
        .patch(PatchContext.of(PatchType.JSON_MERGE), merge(data));
  }

  /** As text by hand: a null removes, and our JSON leaves them out. */
  private static String merge(Map<String, ? extends @Nullable String> data) {
    var fields = new StringBuilder();
    data.forEach((key, value) -> {
      fields.append(fields.isEmpty() ? "" : ",").append(Json.write(key)).append(':');
      fields.append(value == null ? "null" : Json.write(value));
    });
    return "{\"data\":{" + fields + "}}";
  }

  /** Removes the workspace's secret. */
  public void forget(WorkspaceId workspace) {
    ask(
        "Forgetting " + workspace,
        () -> client.secrets().inNamespace(namespace).withName(workspace.value()).delete());
  }

  private <T> T ask(String tried, Supplier<T> call) {
    try {
      return call.get();
    } catch (KubernetesClientException e) {
      throw problem(tried, e);
    }
  }

  private Problem problem(String tried, KubernetesClientException e) {
    return Refusals.problem(tried, client.getMasterUrl().toString(), e);
  }

  @Override
  public void close() {
    client.close();
  }
}
