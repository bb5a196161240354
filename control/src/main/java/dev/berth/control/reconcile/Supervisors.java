package dev.berth.control.reconcile;

import dev.berth.base.Problem;
import dev.berth.base.json.Json;
import dev.berth.protocol.Endpoint;
import dev.berth.protocol.inside.InstanceStatus;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;

/** Asks supervisors. What they say is an instance's word: bounded, and parsed before it is used. */
final class Supervisors implements AutoCloseable {
  private static final Duration CONNECT = Duration.ofMillis(500);

  /** A status is about 1 KiB; 64 terminals and a thousand ports are still below this. */
  private static final int ANSWER_BYTES_MAX = 1 << 20;

  private final HttpClient client = HttpClient.newBuilder().connectTimeout(CONNECT).build();

  /** Its status; empty where it does not answer, or not like a supervisor. */
  Optional<InstanceStatus> status(Endpoint endpoint, String token) throws InterruptedException {
    return get(endpoint, token, "/_supervisor/v1/status", Duration.ofSeconds(2))
        .flatMap(bytes -> {
          try {
            return Optional.of(Json.read(bytes, InstanceStatus.class));
          } catch (Problem.Invalid e) {
            return Optional.empty();
          }
        });
  }

  /** What {@code path} answers with 200; empty for anything else. */
  Optional<byte[]> get(Endpoint endpoint, String token, String path, Duration longest)
      throws InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create("http://" + endpoint + path))
            .header("authorization", "Bearer " + token)
            .timeout(longest)
            .build();
    try {
      var answer = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
      try (InputStream body = answer.body()) {
        var bytes = body.readNBytes(ANSWER_BYTES_MAX + 1);
        boolean good = answer.statusCode() == 200 && bytes.length <= ANSWER_BYTES_MAX;
        return good ? Optional.of(bytes) : Optional.empty();
      }
    } catch (IOException e) {
      return Optional.empty(); // not there yet, or no more: the next look asks again
    }
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
