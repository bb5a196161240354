package dev.berth.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A terminal of a workspace, attached through the gateway as the terminal page does it. */
final class Shell implements WebSocket.Listener, AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final HttpClient client = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
  private final String id;

  @SuppressWarnings("JdkObsolete") // the socket's thread writes, the test's reads
  private final StringBuffer output = new StringBuffer();

  private @Nullable WebSocket socket;

  private record Opened(String id) {}

  private Shell(String id) {
    this.id = id;
  }

  /** A new terminal. */
  static Shell open(Api.Door door) throws Exception {
    var made = door.call("POST", "/_supervisor/v1/terminals", "{\"cols\":120,\"rows\":30}");
    return attach(door, made.as(Opened.class).id());
  }

  /**
   * One that is there, with all output that was kept. A server that has just started may ask its
   * visitors to wait, until it knows where the workspace runs.
   */
  static Shell attach(Api.Door door, String id) throws Exception {
    var shell = new Shell(id);
    await("the terminal").atMost(PATIENCE).until(() -> shell.connected(door));
    return shell;
  }

  private boolean connected(Api.Door door) throws Exception {
    var address =
        "ws://127.0.0.1:%d/_supervisor/v1/terminals/%s/connect?from=0"
            .formatted(door.gatewayPort(), id);
    try {
      socket =
          client
              .newWebSocketBuilder()
              .connectTimeout(PATIENCE)
              .header("Host", door.authority())
              .header("x-gitpod-owner-token", door.token())
              .buildAsync(URI.create(address), this)
              .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      return true;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof WebSocketHandshakeException refused
          && refused.getResponse().statusCode() == 503) {
        return false;
      }
      throw e;
    }
  }

  String id() {
    return id;
  }

  /** Types a line. */
  void type(String line) throws Exception {
    var bytes = ByteBuffer.wrap((line + "\r").getBytes(StandardCharsets.UTF_8));
    Objects.requireNonNull(socket)
        .sendBinary(bytes, true)
        .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  /** Waits until it has printed {@code text}. */
  void shows(String text) {
    await(text).atMost(PATIENCE).until(() -> output.toString(), all -> all.contains(text));
  }

  /** Waits until both patterns were printed, and sees that their first groups are the same. */
  void showsSame(String one, String other) {
    await(other).atMost(PATIENCE).until(() -> group(one).isPresent() && group(other).isPresent());
    assertThat(group(other)).isEqualTo(group(one));
  }

  private Optional<String> group(String pattern) {
    return Pattern.compile(pattern)
        .matcher(output)
        .results()
        .map(found -> found.group(1))
        .findFirst();
  }

  @Override
  public CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
    output.append(StandardCharsets.UTF_8.decode(data));
    from.request(1);
    return CompletableFuture.completedStage("");
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
