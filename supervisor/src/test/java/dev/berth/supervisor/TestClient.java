package dev.berth.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.base.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Uses a supervisor's API as the gateway does. */
public final class TestClient {
  private final HttpClient client = HttpClient.newHttpClient();
  private final String host;
  private final String token;

  public TestClient(String host, String token) {
    this.host = host;
    this.token = token;
  }

  public String host() {
    return host;
  }

  public HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://" + host + "/_supervisor/v1/" + path))
        .timeout(Duration.ofSeconds(30))
        .header("authorization", "Bearer " + token);
  }

  public HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return client.send(request.build(), BodyHandlers.ofString());
  }

  public HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return send(request(path));
  }

  public HttpResponse<java.io.InputStream> stream(String path)
      throws IOException, InterruptedException {
    return client.send(request(path).build(), BodyHandlers.ofInputStream());
  }

  public HttpResponse<String> post(String path, String json)
      throws IOException, InterruptedException {
    return send(
        request(path)
            .header("content-type", "application/json")
            .POST(BodyPublishers.ofString(json)));
  }

  /** A new shell's terminal; its id. */
  public String newTerminal() throws IOException, InterruptedException {
    var response = post("terminals", "{\"cols\":100,\"rows\":30}");
    assertThat(response.statusCode()).isEqualTo(201);
    return Json.read(response.body(), Id.class).id();
  }

  record Id(String id) {}

  /** What a terminal printed so far. */
  public String output(String terminal) throws IOException, InterruptedException {
    return get("terminals/" + terminal + "/output").body();
  }

  public Socket terminal(String id, long from) {
    return connect("terminals/" + id + "/connect?from=" + from);
  }

  /** How a program ended. */
  public record Ended(int code, String output, String errors) {}

  /** Runs {@code argv} with {@code input}. */
  public Ended exec(String input, String... argv) throws InterruptedException {
    var socket = connect("exec");
    socket.send(Json.write(Map.of("argv", argv, "env", Map.of("FROM_EXEC", "1"))));
    socket.offer(input);
    return socket.ended();
  }

  public Socket connect(String path) {
    var socket = new Socket();
    socket.socket =
        Optional.of(
            client
                .newWebSocketBuilder()
                .header("authorization", "Bearer " + token)
                .buildAsync(URI.create("ws://" + host + "/_supervisor/v1/" + path), socket)
                .join());
    return socket;
  }

  /** One side of a WebSocket, with what it heard. */
  public static final class Socket implements WebSocket.Listener, AutoCloseable {
    private final LinkedBlockingQueue<Object> heard = new LinkedBlockingQueue<>();
    private final ByteArrayOutputStream partial = new ByteArrayOutputStream();
    private final StringBuilder partialText = new StringBuilder();
    private Optional<WebSocket> socket = Optional.empty();

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
      partialText.append(text);
      if (last) {
        heard.add(partialText.toString());
        partialText.setLength(0);
      }
      from.request(1);
      return CompletableFuture.completedStage(null);
    }

    @Override
    public CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
      var bytes = new byte[data.remaining()];
      data.get(bytes);
      partial.writeBytes(bytes);
      if (last) {
        heard.add(partial.toByteArray());
        partial.reset();
      }
      from.request(1);
      return CompletableFuture.completedStage(null);
    }

    @Override
    public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
      heard.add("closed " + code + " " + reason);
      return CompletableFuture.completedStage(null);
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
      heard.add(error);
    }

    /** The next message: a String or bytes. */
    public Object next() throws InterruptedException {
      var next = heard.poll(30, TimeUnit.SECONDS);
      assertThat(next).as("the supervisor says nothing more").isNotNull();
      if (next instanceof Throwable error) throw new AssertionError("the socket broke", error);
      return next;
    }

    public void send(String text) {
      socket.orElseThrow().sendText(text, true).join();
    }

    public void type(String text) {
      socket
          .orElseThrow()
          .sendBinary(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), true)
          .join();
    }

    void send(int channel, String text) {
      type((char) channel + text);
    }

    public void input(String text) {
      send(0, text);
    }

    /** All of the input and its end; a program that ends without reading it takes none. */
    void offer(String text) {
      try {
        if (!text.isEmpty()) send(0, text);
        send(0, "");
      } catch (CompletionException e) {
        assertThat(e).hasCauseInstanceOf(IOException.class); // ended() tells how it went
      }
    }

    /** Reads output until {@code part} was printed; all of it. */
    public String readUntil(String part) throws InterruptedException {
      var output = new ByteArrayOutputStream();
      while (!output.toString(StandardCharsets.UTF_8).contains(part)) {
        if (next() instanceof byte[] bytes) output.writeBytes(bytes);
      }
      return output.toString(StandardCharsets.UTF_8);
    }

    /** Reads until a text message with {@code part} in it. */
    public String readWord(String part) throws InterruptedException {
      while (true) {
        if (next() instanceof String text && text.contains(part)) return text;
      }
    }

    record Exit(int code) {}

    Ended ended() throws InterruptedException {
      var output = new ByteArrayOutputStream();
      var errors = new ByteArrayOutputStream();
      while (true) {
        switch (next()) {
          case byte[] bytes -> (bytes[0] == 1 ? output : errors).write(bytes, 1, bytes.length - 1);
          case String text -> {
            return new Ended(
                Json.read(text, Exit.class).code(),
                output.toString(StandardCharsets.UTF_8),
                errors.toString(StandardCharsets.UTF_8));
          }
          default -> throw new IllegalStateException();
        }
      }
    }

    @Override
    public void close() {
      socket.orElseThrow().abort();
    }
  }
}
