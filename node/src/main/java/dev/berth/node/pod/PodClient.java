package dev.berth.node.pod;

import dev.berth.base.Problem;
import dev.berth.base.json.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Asks the content containers of pods. Safe for all threads. */
public final class PodClient implements AutoCloseable {
  /** What a workspace's content container says is its own, and short. */
  private static final int ANSWER_BYTES = 64 << 10;

  private static final Duration STATUS_LONGEST = Duration.ofSeconds(5);

  private final HttpClient client =
      HttpClient.newBuilder()
          .connectTimeout(Duration.ofSeconds(3))
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();

  /** What the one at {@code host} knows. */
  public PodDoor.Status status(String host) throws IOException, InterruptedException {
    return Json.read(answer("GET", host, PodDoor.STATUS, STATUS_LONGEST), PodDoor.Status.class);
  }

  /** Lets it save now; the newest point then. */
  public PodDoor.Saved save(String host, Duration longest)
      throws IOException, InterruptedException {
    return Json.read(answer("POST", host, PodDoor.SAVE, longest), PodDoor.Saved.class);
  }

  private byte[] answer(String method, String host, String path, Duration longest)
      throws IOException, InterruptedException {
    var name = host.contains(":") ? "[" + host + "]" : host;
    var request =
        HttpRequest.newBuilder(URI.create("http://%s:%d%s".formatted(name, PodDoor.PORT, path)))
            .timeout(longest)
            .method(method, HttpRequest.BodyPublishers.noBody())
            .build();
    var answer = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
    try (var body = answer.body()) {
      var bytes = body.readNBytes(ANSWER_BYTES);
      if (answer.statusCode() == 200) return bytes;
      throw new Problem.Unavailable(
          "The content container at %s did not do %s: %s"
              .formatted(host, path, new String(bytes, StandardCharsets.UTF_8).strip()),
          "See its log: kubectl logs POD -c content.");
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
