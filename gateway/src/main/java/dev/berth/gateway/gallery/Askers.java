package dev.berth.gateway.gallery;

import dev.berth.protocol.UserId;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Who comes out of an instance: each owner's connections to the {@link Gallery} have a loopback
 * address of their own, since what a program inside writes as its host proves nothing. Any thread
 * may ask.
 */
final class Askers {
  /** 127.77.0.1 to 127.77.255.254: more owners than a gateway has. */
  private static final int MOST = 255 * 250;

  private final Map<UserId, InetAddress> addresses = new HashMap<>();
  private final Map<String, UserId> owners = new HashMap<>();

  /** From where connections of {@code owner}'s instances come. */
  synchronized InetAddress of(UserId owner) {
    return addresses.computeIfAbsent(owner, this::next);
  }

  private InetAddress next(UserId owner) {
    int number = Math.min(addresses.size(), MOST); // the very last ones share one
    var address = address(number / 250, 1 + number % 250);
    owners.putIfAbsent(address.getHostAddress(), owner);
    return address;
  }

  private static InetAddress address(int third, int fourth) {
    try {
      return InetAddress.getByAddress(new byte[] {127, 77, (byte) third, (byte) fourth});
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four bytes are an address", e);
    }
  }

  /**
   * Whose instance a connection from {@code peer} comes from; empty where it is from no instance.
   */
  synchronized Optional<UserId> at(String peer) {
    return Optional.ofNullable(owners.get(peer));
  }
}
