package dev.berth.cli.api;

import dev.berth.base.Problem;
import dev.berth.base.http.PlainHttp;
import dev.berth.base.json.Json;
import dev.berth.cli.settings.Home;
import dev.berth.protocol.api.OwnerToken;
import dev.berth.protocol.inside.InstanceStatus;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import javax.net.ssl.SSLException;

/**
 * A running workspace's supervisor, asked through this machine's gateway. Closing it ends all that
 * is still open; nothing is waited for.
 */
public final class WorkspaceDoor implements AutoCloseable {
  /** As much as the server takes of it; its user can say anything in the supervisor's place. */
  private static final long STATUS_BYTES_MAX = 1L << 20;

  private final Home.Server server;
  private final OwnerToken token;
  private final HttpClient client;

  private WorkspaceDoor(Home.Server server, OwnerToken token, HttpClient client) {
    this.server = server;
    this.token = token;
    this.client = client;
  }

  /** The door that {@code token} opens. */
  public static WorkspaceDoor of(Home.Server server, OwnerToken token) {
    return new WorkspaceDoor(server, token, client(server).build());
  }

  private static HttpClient.Builder client(Home.Server server) {
    // Whose certificate that is nobody but the world's authorities, and ours, can tell.
    if (server.tlsBefore()) return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1);
    return server
        .certificate()
        .map(file -> PlainHttp.client().sslContext(OwnCertificate.of(Path.of(file))))
        .orElseGet(PlainHttp::client);
  }

  /** How its instance stands; {@link Problem.Unavailable} where it does not say so. */
  public InstanceStatus status() throws InterruptedException {
    var request =
        HttpRequest.newBuilder(address("http", "status"))
            .header("Host", host())
            .header("x-gitpod-owner-token", token.ownerToken())
            .timeout(Duration.ofSeconds(30))
            .build();
    try {
      var answer =
          client.send(
              request,
              HttpResponse.BodyHandlers.limiting(
                  HttpResponse.BodyHandlers.ofByteArray(), STATUS_BYTES_MAX));
      if (answer.statusCode() == 200) return Json.read(answer.body(), InstanceStatus.class);
      throw new Problem.Unavailable(
          "The workspace answered %d.".formatted(answer.statusCode()),
          "Look with `berth list` whether it still runs.");
    } catch (IOException e) {
      throw new Problem.Unavailable(
          "The workspace does not answer any more: %s.".formatted(e.getMessage()),
          "Look whether one of its tasks ended it.",
          e);
    }
  }

  /** Opens a WebSocket at a path of the supervisor's API. */
  public CompletableFuture<WebSocket> socket(String path, WebSocket.Listener listener) {
    return client
        .newWebSocketBuilder()
        .connectTimeout(Duration.ofSeconds(10))
        .header("Host", host())
        .header("x-gitpod-owner-token", token.ownerToken())
        .buildAsync(address("ws", path), listener);
  }

  /** What there is to do where a socket did not open. */
  public static String remedy(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SSLException) {
        return "Name the authority that signed the gateway's certificate in trust.authorities, or in control.gateway where the gateway is reached past what ends TLS.";
      }
    }
    return "Look with `berth list` whether it still runs, and try again.";
  }

  /** Why a socket did not open, or broke. */
  public static String words(Throwable failure) {
    var cause = failure.getCause();
    boolean wraps = failure instanceof CompletionException || failure instanceof ExecutionException;
    if (wraps && cause != null) return words(cause);
    if (failure instanceof WebSocketHandshakeException refused) {
      return "the workspace answered %d".formatted(refused.getResponse().statusCode());
    }
    return String.valueOf(failure.getMessage());
  }

  /** The gateway on this machine is reached by its address, whatever resolves this name. */
  private String host() {
    return URI.create(token.url()).getAuthority();
  }

  private URI address(String scheme, String path) {
    if (server.tlsBefore()) {
      // By its own name, by which what ends TLS finds certificate and way.
      return URI.create("%ss://%s/_supervisor/v1/%s".formatted(scheme, host(), path));
    }
    return URI.create(
        "%s%s://%s:%d/_supervisor/v1/%s"
            .formatted(
                scheme,
                server.certificate().isPresent() ? "s" : "",
                server.gatewayHost(),
                server.gatewayPort(),
                path));
  }

  @Override
  public void close() {
    client.shutdownNow(); // its own close() waits for each open WebSocket
  }
}
