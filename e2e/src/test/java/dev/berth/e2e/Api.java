package dev.berth.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.base.json.Json;
import dev.berth.base.process.Command;
import dev.berth.protocol.Phase;
import dev.berth.protocol.WorkspaceId;
import dev.berth.protocol.api.OwnerToken;
import dev.berth.protocol.api.WorkspaceList;
import dev.berth.protocol.api.WorkspaceView;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.awaitility.core.ConditionTimeoutException;

/** Calls an installation's API, and its workspaces' through the gateway. */
final class Api {
  private static final HttpClient CLIENT =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  private static final Duration LONGEST = Duration.ofMinutes(3);

  private final Installation.Server server;
  private final String token;

  /** What came back. */
  record Answer(int status, String body, Map<String, List<String>> headers) {
    <T> T as(Class<T> type) {
      assertThat(status).as(body).isLessThan(300);
      return Json.read(body, type);
    }
  }

  Api(Installation.Server server, String token) {
    this.server = server;
    this.token = token;
  }

  Installation.Server server() {
    return server;
  }

  Answer call(String method, String path, String body) throws IOException, InterruptedException {
    return send(
        HttpRequest.newBuilder(URI.create(server.api() + path))
            .header("authorization", "Bearer " + token)
            .header("content-type", "application/json")
            .method(method, BodyPublishers.ofString(body)));
  }

  private static Answer send(HttpRequest.Builder request) throws IOException, InterruptedException {
    var answer = CLIENT.send(request.timeout(LONGEST).build(), BodyHandlers.ofString());
    return new Answer(answer.statusCode(), answer.body(), answer.headers().map());
  }

  WorkspaceView open(String url) throws IOException, InterruptedException {
    var body = Json.write(Map.of("contextUrl", url));
    return call("POST", "/api/v1/workspaces", body).as(WorkspaceView.class);
  }

  /** Opens it and waits until it runs. */
  WorkspaceView run(String url) throws IOException, InterruptedException {
    return running(open(url).id());
  }

  List<WorkspaceView> list() throws IOException, InterruptedException {
    return call("GET", "/api/v1/workspaces", "").as(WorkspaceList.class).workspaces();
  }

  WorkspaceView find(WorkspaceId id) throws IOException, InterruptedException {
    return call("GET", path(id), "").as(WorkspaceView.class);
  }

  WorkspaceView start(WorkspaceId id) throws IOException, InterruptedException {
    return call("POST", path(id) + "/start", "").as(WorkspaceView.class);
  }

  WorkspaceView stop(WorkspaceId id) throws IOException, InterruptedException {
    return call("POST", path(id) + "/stop", "").as(WorkspaceView.class);
  }

  /** For good: no test leaves files to the others. */
  void delete(WorkspaceId id) throws IOException, InterruptedException {
    assertThat(call("DELETE", path(id) + "?now=true", "").status()).isEqualTo(202);
  }

  static String path(WorkspaceId id) {
    return "/api/v1/workspaces/" + id;
  }

  /** Waits until it runs; a failure is told at once. */
  WorkspaceView running(WorkspaceId id) {
    return until(id, view -> view.phase() instanceof Phase.Running);
  }

  /** Waits until it has stopped. */
  WorkspaceView stopped(WorkspaceId id) {
    return until(id, view -> view.phase() instanceof Phase.Stopped);
  }

  /** Waits until {@code enough}; a failure is told at once. */
  WorkspaceView until(WorkspaceId id, Predicate<WorkspaceView> enough) {
    try {
      return await()
          .atMost(LONGEST)
          .pollInterval(Duration.ofMillis(50))
          .until(
              () -> find(id),
              view -> {
                if (enough.test(view)) return true;
                if (view.phase() instanceof Phase.Failed) {
                  throw new AssertionError("it failed: " + view.phase());
                }
                return false;
              });
    } catch (ConditionTimeoutException e) {
      throw new AssertionError(e.getMessage() + "\n" + processes(id), e);
    }
  }

  /** What runs in it and what each process waits for: the control group has its name. */
  private static String processes(WorkspaceId id) {
    var list = "ps -eo pid,ppid,stat,wchan:24,etimes,cgroup:400,args ww | grep -F -- \"$0\"";
    try {
      return Command.of("sh", "-c", list, id.value()).run().text();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }

  /** Waits until it is gone from the list. */
  void gone(WorkspaceId id) {
    await().atMost(LONGEST).until(() -> call("GET", path(id), "").status() == 404);
  }

  /** What opens the running workspace's own host. */
  Door door(WorkspaceId id) throws IOException, InterruptedException {
    var told = call("GET", path(id) + "/token", "").as(OwnerToken.class);
    return new Door(server.gatewayPort(), URI.create(told.url()).getAuthority(), told.ownerToken());
  }

  /** A workspace's host at the gateway, with its owner's token. */
  record Door(int gatewayPort, String authority, String token) {
    Answer call(String method, String path, String body) throws IOException, InterruptedException {
      return send(request(path).method(method, BodyPublishers.ofString(body)));
    }

    HttpRequest.Builder request(String path) {
      return HttpRequest.newBuilder(
              URI.create("http://127.0.0.1:%d%s".formatted(gatewayPort, path)))
          .header("Host", authority)
          .header("content-type", "application/json")
          .header("x-gitpod-owner-token", token);
    }
  }

  /** Asks the gateway as a stranger does. */
  Answer stranger(String authority, String path) throws IOException, InterruptedException {
    return send(
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:%d%s".formatted(server.gatewayPort(), path)))
            .header("Host", authority)
            .GET());
  }
}
