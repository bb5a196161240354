package dev.berth.base.http;

import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A server's connections, and which gives way to one more: who does nothing keeps nobody out. All
 * of it belongs to the server's one event loop.
 */
final class Crowd {
  private final HttpServer.Limits limits;
  private final Map<Channel, Exchange> all = new HashMap<>();

  Crowd(HttpServer.Limits limits) {
    this.limits = limits;
  }

  /** Lets {@code channel} in, perhaps in another's place; false where there is none. */
  boolean admits(Channel channel, Exchange exchange) {
    if (!hasPlace(one -> isOfSame(one, channel), limits.perAddress())) return false;
    if (!hasPlace(_ -> true, limits.connections())) return false;
    all.put(channel, exchange);
    channel.closeFuture().addListener(_ -> all.remove(channel));
    return true;
  }

  private boolean hasPlace(Predicate<Channel> among, int most) {
    if (all.size() < most || all.keySet().stream().filter(among).count() < most) return true;
    var longest =
        all.entrySet().stream()
            .filter(one -> among.test(one.getKey()) && one.getValue().isIdle())
            .min(Comparator.comparingLong(one -> one.getValue().idleSinceNanos()))
            .map(Map.Entry::getKey);
    longest.ifPresent(idle -> {
      all.remove(idle);
      idle.close();
    });
    return longest.isPresent();
  }

  private static boolean isOfSame(Channel one, Channel other) {
    return address(one).equals(address(other));
  }

  /** A local client has none: all that come by a socket of this machine are one. */
  private static Optional<String> address(Channel channel) {
    return channel.remoteAddress() instanceof InetSocketAddress peer
        ? Optional.of(peer.getAddress().getHostAddress())
        : Optional.empty();
  }
}
