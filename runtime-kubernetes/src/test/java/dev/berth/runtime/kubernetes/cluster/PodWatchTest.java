package dev.berth.runtime.kubernetes.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Over a server that ends its watches in each way there is, and whose n-th list has the pod n. */
class PodWatchTest {
  private static final Duration SOON = Duration.ofSeconds(30);

  record Answer(int code, String body) {}

  @TempDir Path folder;

  /** What the next watches are answered, and end with; the one after them stays. */
  private final Queue<Answer> endings = new ConcurrentLinkedQueue<>();

  /** Whether watches that go on from the first list are over at once. */
  private volatile boolean overAtOnce;

  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final CountDownLatch end = new CountDownLatch(1);
  private HttpServer server;

  @BeforeEach
  void open() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/api/v1/namespaces/ws/pods", this::answer);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
  }

  @AfterEach
  void close() {
    end.countDown();
    server.stop(0);
  }

  private static List<Answer> tooLongAgo() {
    return List.of(
        new Answer(410, status(410)),
        new Answer(200, "{\"type\": \"ERROR\", \"object\": %s}\n".formatted(status(410))),
        new Answer(200, "{\"type\": \"ADDED\"\n"));
  }

  @ParameterizedTest
  @MethodSource("tooLongAgo")
  void where_a_watch_cannot_go_on_all_are_listed_anew(Answer ending) throws IOException {
    endings.add(ending);
    try (var cluster = connect();
        var watch = cluster.watch()) {
      await().atMost(SOON).until(() -> watch.stands() && watch.pod("2").isPresent());

      assertThat(watch.all()).hasSize(1);
      assertThat(asked).containsExactly("list", "from 1", "list", "from 2");
    }
  }

  @Test
  void where_a_watch_is_over_at_once_all_are_listed_anew() throws IOException {
    overAtOnce = true;
    long began = System.nanoTime();
    try (var cluster = connect();
        var watch = cluster.watch()) {
      await().atMost(SOON).until(() -> watch.stands() && watch.pod("2").isPresent());

      assertThat(watch.all()).hasSize(1);
      // On a busy machine one may have taken a second, and was not over at once then.
      int seconds = (int) Duration.ofNanos(System.nanoTime() - began).toSeconds();
      assertThat(asked).startsWith("list", "from 1").endsWith("list", "from 2");
      assertThat(asked).filteredOn("list"::equals).hasSize(2);
      assertThat(asked).filteredOn("from 1"::equals).hasSizeBetween(1, 1 + seconds);
    }
  }

  @Test
  void a_server_that_is_busy_is_asked_from_where_it_was() throws IOException {
    endings.add(new Answer(503, status(503)));
    endings.add(new Answer(429, status(429)));
    try (var cluster = connect();
        var watch = cluster.watch()) {
      await().atMost(SOON).until(() -> watch.stands() && endings.isEmpty());

      assertThat(watch.pod("1")).isPresent();
      assertThat(asked).containsExactly("list", "from 1", "from 1", "from 1");
    }
  }

  private Cluster connect() throws IOException {
    var kubeconfig = folder.resolve("config");
    Files.writeString(
        kubeconfig,
        """
        apiVersion: v1
        kind: Config
        clusters: [{name: c, cluster: {server: "http://127.0.0.1:%d"}}]
        users: [{name: u, user: {token: t}}]
        contexts: [{name: c, context: {cluster: c, user: u}}]
        current-context: c
        """
            .formatted(server.getAddress().getPort()));
    return Cluster.connect(new ClusterAccess(Optional.of(kubeconfig), Optional.empty(), "ws"));
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      var query = String.valueOf(exchange.getRequestURI().getQuery());
      if (!query.contains("watch=true")) {
        asked.add("list");
        long lists = asked.stream().filter("list"::equals).count();
        send(exchange, new Answer(200, list(lists)));
        return;
      }
      var from = query.replaceFirst(".*resourceVersion=", "");
      asked.add("from " + from);
      var ending = overAtOnce && from.equals("1") ? new Answer(200, "") : endings.poll();
      send(exchange, ending == null ? new Answer(200, bookmark()) : ending);
      if (ending == null) end.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void send(HttpExchange exchange, Answer answer) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(answer.code(), 0);
    exchange.getResponseBody().write(answer.body().getBytes(StandardCharsets.UTF_8));
    exchange.getResponseBody().flush();
  }

  private static String list(long n) {
    return """
    {"apiVersion": "v1", "kind": "PodList", "metadata": {"resourceVersion": "%1$d"},
     "items": [{"metadata": {"name": "%1$d", "resourceVersion": "1"}, "spec": {"containers": []}}]}
    """
        .formatted(n);
  }

  private static String bookmark() {
    return """
    {"type": "BOOKMARK", "object": {"apiVersion": "v1", "kind": "Pod", "metadata": {"resourceVersion": "9"}}}
    """;
  }

  private static String status(int code) {
    return "{\"kind\": \"Status\", \"apiVersion\": \"v1\", \"code\": %d}".formatted(code);
  }
}
