package dev.berth.control.reconcile;

import dev.berth.base.http.PlainHttp;
import dev.berth.base.json.Json;
import dev.berth.protocol.Endpoint;
import dev.berth.protocol.inside.InstanceStatus;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks supervisors. What they say is an instance's word: bounded, and parsed before it is used. */
final class Supervisors implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Supervisors.class);
  private static final Duration CONNECT = Duration.ofMillis(500);

  /** A status is about 1 KiB; 64 terminals and a thousand ports are still below this. */
  private static final int ANSWER_BYTES_MAX = 1 << 20;

  private final HttpClient client = PlainHttp.client().connectTimeout(CONNECT).build();

  /**
   * Its status, none of whose times is after {@code now}; empty where it does not answer, or not
   * like a supervisor.
   */
  Optional<InstanceStatus> status(Endpoint endpoint, String token, Instant now)
      throws InterruptedException {
    return get(endpoint, token, "/_supervisor/v1/status", Duration.ofSeconds(2))
        .flatMap(bytes -> {
          try {
            return Optional.of(StatusBounds.within(Json.read(bytes, InstanceStatus.class), now));
          } catch (RuntimeException e) {
            // Whatever root inside made of it: nobody keeps his workspace from being looked after.
            LOG.debug("{} answers not like a supervisor", endpoint, e);
            return Optional.empty();
          }
        });
  }

  /**
   * What {@code path} answers with 200, whole within {@code longest}; empty for anything else. A
   * request's own timeout would end with the answer's head, and the rest could take for ever.
   */
  Optional<byte[]> get(Endpoint endpoint, String token, String path, Duration longest)
      throws InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create("http://" + endpoint + path))
            .header("authorization", "Bearer " + token)
            .build();
    var answer =
        client.sendAsync(
            request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), ANSWER_BYTES_MAX));
    try {
      var whole = answer.get(longest.toMillis(), TimeUnit.MILLISECONDS);
      return whole.statusCode() == 200 ? Optional.of(whole.body()) : Optional.empty();
    } catch (ExecutionException | TimeoutException e) {
      return Optional.empty(); // not there yet, no more, or too much: the next look asks again
    } finally {
      answer.cancel(true);
    }
  }

  /** Tells a supervisor something; whether it took it in time. */
  boolean post(Endpoint endpoint, String token, String path, byte[] json, Duration longest)
      throws InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create("http://" + endpoint + path))
            .header("authorization", "Bearer " + token)
            .header("content-type", "application/json")
            .POST(BodyPublishers.ofByteArray(json))
            .build();
    var answer =
        client.sendAsync(
            request, BodyHandlers.limiting(BodyHandlers.discarding(), ANSWER_BYTES_MAX));
    try {
      return answer.get(longest.toMillis(), TimeUnit.MILLISECONDS).statusCode() < 300;
    } catch (ExecutionException | TimeoutException e) {
      return false;
    } finally {
      answer.cancel(true);
    }
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
