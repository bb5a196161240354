package dev.berth.e2e;

import dev.berth.base.json.Json;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Runs a command in a workspace as `berth exec` does, without the second that a process costs. */
final class Inside implements WebSocket.Listener {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final ByteArrayOutputStream output = new ByteArrayOutputStream();
  private final ByteArrayOutputStream errors = new ByteArrayOutputStream();
  private final CompletableFuture<Integer> exitCode = new CompletableFuture<>();
  private byte channel;
  private boolean begun;

  /** What became of a command. */
  record Ran(int exitCode, String text, String errors) {}

  private record Ended(String kind, int code) {}

  private Inside() {}

  static Ran exec(Api.Door door, List<String> argv, String input) throws Exception {
    var inside = new Inside();
    try (var client = HttpClient.newHttpClient()) {
      var socket =
          client
              .newWebSocketBuilder()
              .header("Host", door.authority())
              .header("x-gitpod-owner-token", door.token())
              .buildAsync(
                  URI.create("ws://127.0.0.1:%d/_supervisor/v1/exec".formatted(door.gatewayPort())),
                  inside)
              .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      socket.sendText(Json.write(Map.of("argv", argv, "env", Map.of())), true).get();
      // One that has ended by now reads no input any more; how it ended is told all the same.
      if (!input.isEmpty())
        socket.sendBinary(channelZero(input), true).exceptionally(_ -> socket).get();
      socket.sendBinary(channelZero(""), true).exceptionally(_ -> socket).get();
      int code = inside.exitCode.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      client.shutdownNow();
      return new Ran(code, text(inside.output), text(inside.errors));
    }
  }

  private static ByteBuffer channelZero(String text) {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(bytes.length + 1).put((byte) 0).put(bytes).flip();
  }

  private static String text(ByteArrayOutputStream bytes) {
    return bytes.toString(StandardCharsets.UTF_8).stripTrailing();
  }

  @Override
  public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
    if (!begun && data.hasRemaining()) channel = data.get();
    begun = !last;
    var bytes = new byte[data.remaining()];
    data.get(bytes);
    (channel == 1 ? output : errors).writeBytes(bytes);
    socket.request(1);
    return CompletableFuture.completedStage("");
  }

  @Override
  public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
    exitCode.complete(Json.read(data.toString(), Ended.class).code());
    socket.request(1);
    return CompletableFuture.completedStage("");
  }

  @Override
  public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
    exitCode.completeExceptionally(new IllegalStateException("closed: " + code + " " + reason));
    return null;
  }

  @Override
  public void onError(WebSocket socket, Throwable error) {
    exitCode.completeExceptionally(error);
  }
}
