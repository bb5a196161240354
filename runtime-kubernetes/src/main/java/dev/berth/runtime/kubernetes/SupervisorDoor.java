package dev.berth.runtime.kubernetes;

import dev.berth.base.Problem;
import dev.berth.base.json.Json;
import dev.berth.protocol.InstanceId;
import dev.berth.protocol.Port;
import dev.berth.protocol.inside.SupervisorProof;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.UUID;

/**
 * Where a pod's supervisor listens, or did: a node that is lost gives up its pods' addresses, and
 * the next pod may have one of them.
 */
record SupervisorDoor(String address, InstanceId instance, String token) {
  private static final Duration LONGEST = Duration.ofSeconds(2);

  /** What it says is short. */
  private static final int MOST_BYTES = 4 << 10;

  /** Whether this instance's answers now: then its processes run and are reached. */
  boolean answers() throws InterruptedException {
    var nonce = UUID.randomUUID().toString();
    var uri =
        Asking.uri(address, Port.SUPERVISOR, "/_supervisor/v1/status/supervisor?nonce=" + nonce);
    try {
      var answer = Asking.within(LONGEST, HttpRequest.newBuilder(uri).build(), MOST_BYTES);
      return answer.statusCode() == 200
          && Json.read(answer.body(), SupervisorProof.class).holds(token, instance, nonce);
    } catch (IOException | Problem _) {
      return false;
    }
  }

  @Override
  public String toString() {
    return address; // not the token
  }
}
