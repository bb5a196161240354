package dev.berth.protocol;

/**
 * Where an instance's supervisor is reached from the machine of the gateway and of control.
 *
 * @param host an IP address; the instance's own, so its other ports are reached there too
 * @param port the supervisor's
 */
public record Endpoint(String host, int port) {
  @Override
  public String toString() {
    return host + ":" + port;
  }
}
