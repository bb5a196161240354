package dev.berth.protocol.inside;

import dev.berth.protocol.InstanceId;
import dev.berth.protocol.Proof;
import java.util.Optional;

/**
 * What a supervisor says to who asks without a token whether it is there: with a {@code nonce}, the
 * HMAC of it by the instance's token, as an address may be another's by now.
 */
public record SupervisorProof(boolean ok, Optional<String> proof) {
  /** What the asker makes up is at most so long. */
  public static final int LONGEST_NONCE = 64;

  /** What the supervisor proves itself by. */
  public static String of(String token, InstanceId instance, String nonce) {
    return Proof.of(token, "supervisor", instance.value(), nonce);
  }

  /** Whether it is that instance's, made for {@code nonce}. */
  public boolean holds(String token, InstanceId instance, String nonce) {
    if (token.isEmpty()) return false;
    var expected = of(token, instance, nonce);
    return proof.filter(shown -> Proof.isSame(shown, expected)).isPresent();
  }
}
