package dev.berth.gateway.forward;

import dev.berth.protocol.Endpoint;

/**
 * Where a request goes.
 *
 * @param group whose it is: an instance's id, so that a connection is never used for another
 *     instance that was given the same address, or "control"
 * @param tls whether TLS is spoken to it; its certificate is not looked at, since it is the user's
 *     own
 */
public record Target(String group, String host, int port, boolean tls, Way way) {

  /** How one gets there. */
  public sealed interface Way {
    /** A connection to the address; where it is refused, nothing is there. */
    record Direct() implements Way {}

    /**
     * A connection to the address, or where it is refused through the supervisor, which also
     * reaches what listens on loopback inside.
     */
    record DirectOrTunnel(Endpoint supervisor, String token) implements Way {}
  }
}
