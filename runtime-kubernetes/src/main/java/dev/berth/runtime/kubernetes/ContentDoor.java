package dev.berth.runtime.kubernetes;

import dev.berth.base.Problem;
import dev.berth.base.json.Json;
import dev.berth.runtime.kubernetes.pod.ContentContainer;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;

/** The door of a pod's content container. */
record ContentDoor(String address, String token) {
  private static final Duration STATUS_LONGEST = Duration.ofSeconds(2);

  /** What it says is its own, and short. */
  private static final int MOST_BYTES = 64 << 10;

  /** Of its status what is told of a start. */
  private record Status(Optional<String> trouble) {}

  /** Asks it to save, and waits until it did; throws where it did not within {@code longest}. */
  void save(Duration longest) throws IOException, InterruptedException {
    var answer = ask("POST", ContentContainer.SAVE, longest);
    if (answer.statusCode() / 100 != 2) {
      throw new IOException("it answered " + answer.statusCode());
    }
  }

  /** Why the files are not there yet; empty where nothing is wrong, or it does not answer. */
  Optional<String> trouble() throws InterruptedException {
    try {
      var answer = ask("GET", ContentContainer.STATUS, STATUS_LONGEST);
      return answer.statusCode() == 200
          ? Json.read(answer.body(), Status.class).trouble()
          : Optional.empty();
    } catch (IOException | Problem _) {
      return Optional.empty(); // it is just beginning
    }
  }

  private HttpResponse<byte[]> ask(String method, String path, Duration longest)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(Asking.uri(address, ContentContainer.PORT, path))
            .header("authorization", "Bearer " + token)
            .method(method, HttpRequest.BodyPublishers.noBody())
            .build();
    return Asking.within(longest, request, MOST_BYTES);
  }

  @Override
  public String toString() {
    return address; // not the token
  }
}
