package dev.berth.runtime.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.berth.base.json.Json;
import dev.berth.protocol.InstanceId;
import dev.berth.protocol.Port;
import dev.berth.protocol.WorkspaceId;
import dev.berth.protocol.inside.SupervisorProof;
import dev.berth.runtime.Observation;
import dev.berth.runtime.kubernetes.pod.Marks;
import dev.berth.runtime.kubernetes.pod.Placement;
import dev.berth.runtime.kubernetes.pod.PodOptions;
import dev.berth.runtime.kubernetes.pod.Shares;
import dev.berth.runtime.kubernetes.pod.SupervisorTree;
import dev.berth.runtime.kubernetes.pod.TreeImage;
import dev.berth.runtime.kubernetes.reading.Patience;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A pod whose node the cluster calls unreachable, and a supervisor that is or is not reached. */
class LostNodeTest {
  private static final WorkspaceId FOX = new WorkspaceId("octo-hello-abcdefghijk");
  private static final InstanceId INSTANCE = new InstanceId("11111111-2222-4333-8444-555555555555");
  private static final String POD = "/api/v1/namespaces/ws/pods/" + FOX;

  /** The pod's address, which only this machine reaches. */
  private static final String ADDRESS = "127.83.19.7";

  private static final String LOST =
      """
      {"kind": "Pod", "apiVersion": "v1",
       "metadata": {"name": "%s", "namespace": "ws", "uid": "u", "resourceVersion": "1"},
       "spec": {
        "nodeName": "node1",
        "affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution":
         {"nodeSelectorTerms": [{"matchExpressions": [
          {"key": "gitpod.io/workload_workspace_regular", "operator": "In", "values": ["true"]}]}]}}},
        "containers": [{"name": "workspace", "image": "i"}],
        "volumes": [{"name": "boot", "secret": {"items": [{"key": "%s.json", "path": "b"}]}}]},
       "status": {
        "phase": "Running", "podIP": "%s",
        "conditions": [
         {"type": "Ready", "status": "False", "lastTransitionTime": "2026-11-22T10:00:00Z"},
         {"type": "ContainersReady", "status": "True", "lastTransitionTime": "2026-11-22T09:00:00Z"}],
        "containerStatuses": [{"name": "workspace", "restartCount": 0, "ready": true,
         "state": {"running": {"startedAt": "2026-11-22T09:00:00Z"}}}]}}
      """
          .formatted(FOX, INSTANCE, ADDRESS);

  private static final String TOKEN = "the instance's token";

  private static final String SECRET =
      """
      {"kind": "Secret", "apiVersion": "v1", "metadata": {"name": "%s", "namespace": "ws"},
       "data": {"%s": "%s"}}
      """
          .formatted(
              FOX,
              Marks.tokenKey(INSTANCE.value()),
              Base64.getEncoder().encodeToString(TOKEN.getBytes(UTF_8)));

  private static final String NODES =
      """
      {"kind": "NodeList", "apiVersion": "v1", "items": [
       {"metadata": {"name": "node1", "labels": {"gitpod.io/workload_workspace_regular": "true"}},
        "status": {"conditions": [{"type": "Ready", "status": "Unknown"}]}},
       {"metadata": {"name": "node2", "labels": {"gitpod.io/workload_workspace_regular": "true"}},
        "status": {"conditions": [{"type": "Ready", "status": "True"}]}}]}
      """;

  @TempDir Path folder;

  private ApiStub api;
  private KubernetesDriver driver;

  @BeforeEach
  void open_an_api_server() throws IOException {
    api = ApiStub.open();
    api.says("GET " + POD, 200, LOST);
    api.says("GET /api/v1/nodes", 200, NODES);
    api.says("GET /api/v1/namespaces/ws/secrets/" + FOX, 200, SECRET);
    api.says("DELETE " + POD, 200, ApiStub.status(200));
    driver =
        KubernetesDriver.open(
            new KubernetesOptions(
                api.access(folder),
                pods(),
                KubernetesOptions.Trees.AUTO,
                KubernetesOptions.Users.AUTO,
                Optional.empty(),
                Optional.empty(),
                Patience.DEFAULT));
  }

  @AfterEach
  void close_it() {
    driver.close();
    api.close();
  }

  @Test
  void while_its_supervisor_answers_it_is_not_given_up() throws IOException {
    var supervisor = supervisor();
    try {
      assertThat(driver.observe(FOX)).isInstanceOf(Observation.Alive.class);
      driver.start(TestSpecs.spec(FOX, ""));
      assertThat(driver.observe(FOX)).isInstanceOf(Observation.Alive.class);
      assertThat(api.writes()).isEmpty();
    } finally {
      supervisor.stop(0);
    }
  }

  @Test
  void where_its_supervisor_is_silent_too_it_is_given_up() {
    assertThat(driver.observe(FOX))
        .isEqualTo(new Observation.Exited(INSTANCE, "Its node node1 did not answer any more."));
    driver.start(TestSpecs.spec(FOX, ""));
    await().until(() -> api.deleted(POD).contains("\"gracePeriodSeconds\":0"));
  }

  @Test
  void one_that_works_is_asked_to_end_and_not_forgotten_at_once() throws IOException {
    var supervisor = supervisor();
    try {
      driver.stop(FOX, Instant.now().plusSeconds(600));

      assertThat(api.deleted(POD)).contains("\"gracePeriodSeconds\":30");
    } finally {
      supervisor.stop(0);
    }
  }

  @Test
  void another_instance_at_its_address_is_not_taken_for_it() throws IOException {
    var other = new InstanceId("99999999-2222-4333-8444-555555555555");
    var supervisor = supervisor(nonce -> SupervisorProof.of("the other's token", other, nonce));
    try {
      assertThat(driver.observe(FOX)).isInstanceOf(Observation.Exited.class);
    } finally {
      supervisor.stop(0);
    }
  }

  @Test
  @Timeout(20)
  void an_answer_that_never_ends_is_none() throws Exception {
    try (var door = new ServerSocket()) {
      door.bind(new InetSocketAddress(ADDRESS, Port.SUPERVISOR));
      Thread.ofVirtual().start(() -> drip(door));

      assertThat(driver.observe(FOX)).isInstanceOf(Observation.Exited.class);
    }
  }

  /** A byte of an answer each second. */
  private static void drip(ServerSocket door) {
    try (var client = door.accept()) {
      var out = client.getOutputStream();
      out.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n".getBytes(UTF_8));
      for (int i = 0; i < 1000; i++) {
        out.write(' ');
        Thread.sleep(1_000);
      }
    } catch (IOException | InterruptedException _) {
      // who asked has gone
    }
  }

  private static HttpServer supervisor() throws IOException {
    return supervisor(nonce -> SupervisorProof.of(TOKEN, INSTANCE, nonce));
  }

  private static HttpServer supervisor(Function<String, String> proof) throws IOException {
    var server = HttpServer.create(new InetSocketAddress(ADDRESS, Port.SUPERVISOR), 0);
    server.createContext(
        "/_supervisor/v1/status/supervisor",
        exchange -> {
          try (exchange) {
            var nonce = exchange.getRequestURI().getQuery().replace("nonce=", "");
            var answer = Json.bytes(new SupervisorProof(true, Optional.of(proof.apply(nonce))));
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
          }
        });
    server.start();
    return server;
  }

  private static PodOptions pods() {
    return new PodOptions(
        "tests",
        "default:1",
        new SupervisorTree(
            new TreeImage("berth:1", "opt/supervisor"), List.of("/.supervisor/start"), Map.of()),
        Optional.empty(),
        Optional.empty(),
        Placement.DEFAULT,
        Shares.DEFAULT);
  }
}
