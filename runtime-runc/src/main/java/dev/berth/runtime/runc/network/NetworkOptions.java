package dev.berth.runtime.runc.network;

import java.util.List;
import java.util.Optional;

/**
 * What an operator may say of the instances' network.
 *
 * @param subnet their addresses; a free private range is picked where it is empty
 * @param blockPrivate whether instances are kept from private ranges (RFC 1918, RFC 6598) as well
 * @param allow ranges that they may reach nevertheless
 */
public record NetworkOptions(Optional<Subnet> subnet, boolean blockPrivate, List<Subnet> allow) {
  /** All by itself; private ranges can be reached. */
  public static final NetworkOptions DEFAULT =
      new NetworkOptions(Optional.empty(), false, List.of());

  public NetworkOptions {
    allow = List.copyOf(allow);
  }
}
