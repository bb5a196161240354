package dev.berth.gateway.http;

import io.netty.util.NetUtil;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** How many connections there are, in all and of one visitor. Any thread. */
final class Limits {
  /** Two files each, of the 20,000 that a process commonly has; the rest is for upstreams alone. */
  private static final int IN_ALL = 8000;

  /** A browser with some tabs needs 30, an office behind one address some hundred. */
  private static final int OF_ONE = 1024;

  private final AtomicInteger all = new AtomicInteger();
  private final Map<String, AtomicInteger> each = new ConcurrentHashMap<>();

  /** Whether there is room for one more of {@code address}; then it must be let go of once. */
  boolean claim(InetAddress address, boolean trusted) {
    if (all.incrementAndGet() > IN_ALL) {
      all.decrementAndGet();
      return false;
    }
    var count = each.computeIfAbsent(name(address), _ -> new AtomicInteger());
    if (count.incrementAndGet() <= OF_ONE || trusted || address.isLoopbackAddress()) return true;
    letGo(address);
    return false;
  }

  void letGo(InetAddress address) {
    all.decrementAndGet();
    each.computeIfPresent(name(address), (_, count) -> count.decrementAndGet() <= 0 ? null : count);
  }

  /** One visitor commonly has all addresses of an IPv6 network of 64 bits. */
  private static String name(InetAddress address) {
    return address instanceof Inet6Address six
        ? HexFormat.of().formatHex(Arrays.copyOf(six.getAddress(), 8))
        : NetUtil.toAddressString(address);
  }
}
