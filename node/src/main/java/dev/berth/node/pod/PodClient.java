package dev.berth.node.pod;

import dev.berth.base.Problem;
import dev.berth.base.json.Json;
import dev.berth.base.text.Quoted;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Asks the content containers of pods. Safe for all threads. */
public final class PodClient implements AutoCloseable {
  /** What a workspace's content container says is its own, and short. */
  private static final int ANSWER_BYTES = 64 << 10;

  private static final int TOLD_BYTES = 500;

  private static final Duration STATUS_LONGEST = Duration.ofSeconds(5);

  private final HttpClient client =
      HttpClient.newBuilder()
          .connectTimeout(Duration.ofSeconds(3))
          .proxy(HttpClient.Builder.NO_PROXY) // whatever addresses pods have
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();

  /**
   * Where one is.
   *
   * @param host its pod's address
   * @param token the instance's, which opens its door
   */
  public record Door(String host, String token) {
    @Override
    public String toString() {
      return host; // not the token
    }
  }

  /** What it knows. */
  public PodDoor.Status status(Door door) throws IOException, InterruptedException {
    return Json.read(answer("GET", door, PodDoor.STATUS, STATUS_LONGEST), PodDoor.Status.class);
  }

  /** Lets it save now; the newest point then. */
  public PodDoor.Saved save(Door door, Duration longest) throws IOException, InterruptedException {
    return Json.read(answer("POST", door, PodDoor.SAVE, longest), PodDoor.Saved.class);
  }

  private byte[] answer(String method, Door door, String path, Duration longest)
      throws IOException, InterruptedException {
    var host = door.host();
    var name = host.contains(":") ? "[" + host + "]" : host;
    var request =
        HttpRequest.newBuilder(URI.create("http://%s:%d%s".formatted(name, PodDoor.PORT, path)))
            .timeout(longest)
            .header("authorization", "Bearer " + door.token())
            .method(method, HttpRequest.BodyPublishers.noBody())
            .build();
    var answer = within(longest, client.sendAsync(request, limited()));
    if (answer.statusCode() == 200) return answer.body();
    throw new Problem.Unavailable(
        "The content container at %s did not do %s: %s"
            .formatted(host, path, Quoted.printable(text(answer.body()))),
        "See its log: kubectl logs POD -c content.");
  }

  private static HttpResponse.BodyHandler<byte[]> limited() {
    return HttpResponse.BodyHandlers.limiting(
        HttpResponse.BodyHandlers.ofByteArray(), ANSWER_BYTES);
  }

  /**
   * The body too: whoever answers may be the workspace itself, which sends its bytes as it likes.
   */
  private static <T> T within(Duration longest, CompletableFuture<T> answer)
      throws IOException, InterruptedException {
    try {
      return answer.get(longest.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw new IOException("it did not answer within %d s".formatted(longest.toSeconds()), e);
    } catch (ExecutionException e) {
      throw new IOException(String.valueOf(e.getCause()), e);
    }
  }

  private static String text(byte[] bytes) {
    return new String(bytes, 0, Math.min(bytes.length, TOLD_BYTES), StandardCharsets.UTF_8).strip();
  }

  @Override
  public void close() {
    client.shutdownNow(); // none is waited for
    client.close();
  }
}
