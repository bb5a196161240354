package dev.berth.protocol.route;

import dev.berth.protocol.Proof;

/**
 * What a control proves itself by to a gateway that has not told it anything yet: the HMAC, by the
 * token that both have, of what the gateway made up and of the answer.
 */
public final class LeaderProof {
  private LeaderProof() {}

  /** The proof, in hexadecimal digits. */
  public static String of(String token, String nonce, boolean leads) {
    return Proof.of(token, "control", nonce, Boolean.toString(leads));
  }

  /** Whether {@code view} is of one that has the token, and was made for {@code nonce}. */
  public static boolean holds(LeaderView view, String token, String nonce) {
    var expected = of(token, nonce, view.leads());
    return view.proof().filter(proof -> Proof.isSame(proof, expected)).isPresent();
  }
}
