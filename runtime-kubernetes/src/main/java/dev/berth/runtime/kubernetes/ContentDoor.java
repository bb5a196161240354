package dev.berth.runtime.kubernetes;

import dev.berth.base.Problem;
import dev.berth.base.json.Json;
import dev.berth.runtime.kubernetes.pod.ContentContainer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;

/** The door of a pod's content container. */
record ContentDoor(String address, String token) {
  private static final Duration STATUS_LONGEST = Duration.ofSeconds(2);

  /** What it says is its own, and short. */
  private static final int STATUS_BYTES = 64 << 10;

  /** Of its status what is told of a start. */
  private record Status(Optional<String> trouble) {}

  /** Asks it to save, and waits until it did; throws where it did not within {@code longest}. */
  void save(Duration longest) throws IOException, InterruptedException {
    var answer = ask("POST", ContentContainer.SAVE, longest, BodyHandlers.discarding());
    if (answer.statusCode() / 100 != 2) {
      throw new IOException("it answered " + answer.statusCode());
    }
  }

  /** Why the files are not there yet; empty where nothing is wrong, or it does not answer. */
  Optional<String> trouble() throws InterruptedException {
    try {
      var body = BodyHandlers.limiting(BodyHandlers.ofByteArray(), STATUS_BYTES);
      var answer = ask("GET", ContentContainer.STATUS, STATUS_LONGEST, body);
      return answer.statusCode() == 200
          ? Json.read(answer.body(), Status.class).trouble()
          : Optional.empty();
    } catch (IOException | Problem _) {
      return Optional.empty(); // it is just beginning
    }
  }

  private <T> HttpResponse<T> ask(String method, String path, Duration longest, BodyHandler<T> body)
      throws IOException, InterruptedException {
    var host = address.contains(":") ? "[" + address + "]" : address;
    var uri = URI.create("http://%s:%d%s".formatted(host, ContentContainer.PORT, path));
    var request =
        HttpRequest.newBuilder(uri)
            .timeout(longest)
            .header("authorization", "Bearer " + token)
            .method(method, HttpRequest.BodyPublishers.noBody())
            .build();
    try (var client =
        HttpClient.newBuilder()
            .connectTimeout(Duration.ofSeconds(2))
            .proxy(HttpClient.Builder.NO_PROXY)
            .build()) {
      return client.send(request, body);
    }
  }

  @Override
  public String toString() {
    return address; // not the token
  }
}
