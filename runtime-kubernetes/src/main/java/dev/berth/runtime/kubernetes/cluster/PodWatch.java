package dev.berth.runtime.kubernetes.cluster;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.WatchEvent;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A namespace's pods as watches bring them, on a thread of its own. What it knows is no older than
 * 40 s, or it says that it does not stand.
 *
 * <p>A connection can die without a word, and a quiet namespace has as few. So the server is asked
 * to end each watch soon, and the next one goes on from where that ended, which lists nothing; one
 * that is not ended in time is on a dead connection.
 */
public final class PodWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PodWatch.class);

  /** Two requests a minute, which a server answers from its memory. */
  private static final Duration ONE = Duration.ofSeconds(30);

  /** As long as any answer may take; a server that is well ends a watch on time. */
  private static final Duration LATE = Duration.ofMillis(Cluster.ANSWER_MILLIS);

  /** Some servers end a watch that would go on from too long ago without saying so. */
  private static final Duration SOONEST = Duration.ofSeconds(1);

  private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);

  private final KubernetesClient client;
  private final String namespace;
  private final Thread thread;

  /** By name; changed by the thread only, and another one after each list. */
  private volatile Map<String, Pod> pods = Map.of();

  private volatile boolean stands;

  /** From where the next watch goes on; empty where all are to be listed first. The thread's. */
  private Optional<String> version = Optional.empty();

  private PodWatch(KubernetesClient client, String namespace) {
    this.client = client;
    this.namespace = namespace;
    this.thread = Thread.ofVirtual().name("pods-" + namespace).unstarted(this::run);
  }

  static PodWatch begin(KubernetesClient client, String namespace) {
    var watch = new PodWatch(client, namespace);
    watch.thread.start();
    return watch;
  }

  /** Whether what it knows is what there was 40 s ago or later, and in general now. */
  public boolean stands() {
    return stands;
  }

  /** The pod of that name, without what nobody here reads. */
  public Optional<Pod> pod(String name) {
    return Optional.ofNullable(pods.get(name));
  }

  /** Every pod. */
  public List<Pod> all() {
    return List.copyOf(pods.values());
  }

  private void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        try {
          if (version.isEmpty()) version = Optional.of(list());
          watch(version.get());
        } catch (IOException | RuntimeException e) {
          stands = false; // who looks asks now, and says what is wrong
          LOG.debug("the watch of the pods of {} broke", namespace, e);
          Thread.sleep(AFTER_FAILURE);
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // it is closed
    } finally {
      stands = false;
    }
  }

  /** From where a watch goes on. */
  private String list() {
    stands = false;
    var all = client.pods().inNamespace(namespace).list();
    var listed = new ConcurrentHashMap<String, Pod>();
    for (var pod : all.getItems()) listed.put(pod.getMetadata().getName(), SlimPods.slim(pod));
    pods = listed;
    return all.getMetadata().getResourceVersion();
  }

  /** Until the server ends it, as it was asked to. */
  private void watch(String from) throws IOException {
    long began = System.nanoTime();
    long last = began + ONE.plus(LATE).toNanos();
    try (var stream = begin(from)) {
      stands = true;
      var timer = CompletableFuture.delayedExecutor(last - System.nanoTime(), TimeUnit.NANOSECONDS);
      var giveUp = CompletableFuture.runAsync(() -> close(stream), timer);
      try {
        var lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
        for (var line = lines.readLine(); line != null; line = lines.readLine()) take(line);
      } catch (RuntimeException e) {
        version = Optional.empty(); // what it said may have been missed
        throw e;
      } finally {
        giveUp.cancel(false);
      }
    }
    if (System.nanoTime() - began < SOONEST.toNanos()) {
      version = Optional.empty();
      throw new IOException("the watch was over at once");
    }
  }

  private InputStream begin(String from) {
    var request =
        client
            .getHttpClient()
            .newHttpRequestBuilder()
            .uri(
                "%s/api/v1/namespaces/%s/pods?watch=true&allowWatchBookmarks=true&timeoutSeconds=%d&resourceVersion=%s"
                    .formatted(Cluster.server(client), namespace, ONE.toSeconds(), from))
            .timeout(ONE.plus(LATE).toMillis(), TimeUnit.MILLISECONDS)
            .forStreaming()
            .build();
    var answer = Cluster.answer(client.getHttpClient().sendAsync(request, InputStream.class));
    if (answer.code() == 200) return answer.body();
    close(answer.body());
    var refused = new KubernetesClientException("no watch", answer.code(), new Status());
    if (!Refusals.isAway(refused)) version = Optional.empty(); // it is too old, for example
    throw refused;
  }

  private void take(String line) {
    var event = client.getKubernetesSerialization().unmarshal(line, WatchEvent.class);
    switch (event.getObject()) {
      case Pod pod -> {
        var name = pod.getMetadata().getName();
        switch (event.getType()) {
          case "ADDED", "MODIFIED" -> pods.put(name, SlimPods.slim(pod));
          case "DELETED" -> pods.remove(name);
          default -> {} // a bookmark, which only says how far it is
        }
        version = Optional.of(pod.getMetadata().getResourceVersion());
      }
      case null, default -> // it is too old, for example
          throw new KubernetesClientException("the watch said " + line);
    }
  }

  private static void close(InputStream stream) {
    try {
      stream.close();
    } catch (IOException e) {
      LOG.debug("a watch was given up", e);
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
