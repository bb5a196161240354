package dev.berth.runtime.kubernetes;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A question to somebody in a pod, who may answer slowly, without end or not at all. */
final class Asking {
  private static final Duration CONNECT = Duration.ofSeconds(2);

  private Asking() {}

  static URI uri(String address, int port, String path) {
    var host = address.contains(":") ? "[" + address + "]" : address;
    return URI.create("http://%s:%d%s".formatted(host, port, path));
  }

  /**
   * The whole answer; throws where it did not end within {@code longest}, or is longer than {@code
   * mostBytes}.
   */
  static HttpResponse<byte[]> within(Duration longest, HttpRequest request, int mostBytes)
      throws IOException, InterruptedException {
    var body = BodyHandlers.limiting(BodyHandlers.ofByteArray(), mostBytes);
    var client =
        HttpClient.newBuilder().connectTimeout(CONNECT).proxy(HttpClient.Builder.NO_PROXY).build();
    try {
      return client.sendAsync(request, body).get(longest.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new IOException("it did not answer within %d s".formatted(longest.toSeconds()), e);
    } catch (ExecutionException e) {
      throw new IOException(String.valueOf(e.getCause()), e);
    } finally {
      client.shutdownNow();
    }
  }
}
