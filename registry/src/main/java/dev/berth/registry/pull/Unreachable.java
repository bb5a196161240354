package dev.berth.registry.pull;

import java.io.IOException;

/** A connection that failed, with the host that it was for: after a redirect it is another one. */
final class Unreachable extends IOException {
  private static final long serialVersionUID = 1;
  private final String host;

  Unreachable(String host, IOException cause) {
    super(host + ": " + cause.getMessage(), cause);
    this.host = host;
  }

  String host() {
    return host;
  }
}
