package dev.berth.bench.start;

import dev.berth.base.json.Json;
import dev.berth.protocol.Phase;
import dev.berth.protocol.WorkspaceId;
import dev.berth.protocol.api.OpenRequest;
import dev.berth.protocol.api.OwnerToken;
import dev.berth.protocol.api.WorkspaceView;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A running installation's API, as its command uses it. */
final class Api {
  static final Duration LONGEST = Duration.ofSeconds(60);

  private record Server(String api, int gatewayPort) {}

  private final Server server;
  private final String token;
  private final HttpClient client = HttpClient.newHttpClient();

  private Api(Server server, String token) {
    this.server = server;
    this.token = token;
  }

  /** That of the installation whose folder is {@code home}. */
  static Api of(Path home) throws IOException {
    return new Api(
        Json.read(Files.readAllBytes(home.resolve("server.json")), Server.class),
        Files.readString(home.resolve("token")));
  }

  int gatewayPort() {
    return server.gatewayPort();
  }

  WorkspaceId open(String contextUrl) throws IOException, InterruptedException {
    var asked = Json.write(new OpenRequest(contextUrl));
    return call("POST", "/api/v1/workspaces", asked, WorkspaceView.class).id();
  }

  WorkspaceView find(WorkspaceId id) throws IOException, InterruptedException {
    return call("GET", path(id, ""), "", WorkspaceView.class);
  }

  OwnerToken door(WorkspaceId id) throws IOException, InterruptedException {
    return call("GET", path(id, "/token"), "", OwnerToken.class);
  }

  void start(WorkspaceId id) throws IOException, InterruptedException {
    call("POST", path(id, "/start"), "", WorkspaceView.class);
  }

  /** Returns when it is stopped. */
  void stop(WorkspaceId id) throws IOException, InterruptedException {
    call("POST", path(id, "/stop"), "", WorkspaceView.class);
    long end = System.nanoTime() + LONGEST.toNanos();
    while (!(find(id).phase() instanceof Phase.Stopped)) {
      if (System.nanoTime() > end) throw new IllegalStateException("no stop within " + LONGEST);
      Thread.sleep(20);
    }
  }

  void delete(WorkspaceId id) throws IOException, InterruptedException {
    call("DELETE", path(id, "?now=true"), "", WorkspaceView.class);
  }

  private <T> T call(String method, String path, String body, Class<T> type)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create(server.api() + path))
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .header("authorization", "Bearer " + token)
            .header("content-type", "application/json")
            .timeout(LONGEST)
            .build();
    var answer = client.send(request, HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() >= 300) throw new IllegalStateException(answer.body());
    return Json.read(answer.body(), type);
  }

  private static String path(WorkspaceId id, String end) {
    return "/api/v1/workspaces/" + id + end;
  }
}
