package dev.berth.runtime.kubernetes;

import dev.berth.protocol.Port;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** Where a pod's supervisor listens. */
record SupervisorDoor(String address) {
  private static final Duration LONGEST = Duration.ofSeconds(2);

  /** Whether it answers now, whatever it says: then its processes run and are reached. */
  boolean answers() throws InterruptedException {
    var host = address.contains(":") ? "[" + address + "]" : address;
    var uri =
        URI.create(
            "http://%s:%d/_supervisor/v1/status/supervisor".formatted(host, Port.SUPERVISOR));
    var request = HttpRequest.newBuilder(uri).timeout(LONGEST).build();
    var client =
        HttpClient.newBuilder().connectTimeout(LONGEST).proxy(HttpClient.Builder.NO_PROXY).build();
    try {
      client.send(request, BodyHandlers.discarding());
      return true;
    } catch (IOException _) {
      return false;
    } finally {
      client.shutdownNow(); // what it says without end is not waited for
    }
  }
}
