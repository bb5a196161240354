package dev.berth.runtime.kubernetes;

import dev.berth.runtime.kubernetes.pod.ContentContainer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** The door of a pod's content container. */
final class ContentDoor {
  private ContentDoor() {}

  /** Asks it to save, and waits until it did; throws where it did not within {@code longest}. */
  static void save(String address, Duration longest) throws IOException, InterruptedException {
    try (var client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(3)).build()) {
      var host = address.contains(":") ? "[" + address + "]" : address;
      var request =
          HttpRequest.newBuilder(
                  URI.create(
                      "http://%s:%d%s"
                          .formatted(host, ContentContainer.PORT, ContentContainer.SAVE)))
              .timeout(longest)
              .POST(HttpRequest.BodyPublishers.noBody())
              .build();
      var answer = client.send(request, BodyHandlers.discarding());
      if (answer.statusCode() / 100 != 2) {
        throw new IOException("it answered " + answer.statusCode());
      }
    }
  }
}
