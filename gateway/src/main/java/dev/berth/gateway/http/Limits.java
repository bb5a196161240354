package dev.berth.gateway.http;

import io.netty.util.NetUtil;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** How many of something there are, in all and of one visitor. Any thread. */
final class Limits {
  private final int inAll;
  private final int ofOne;
  private final AtomicInteger all = new AtomicInteger();
  private final Map<String, AtomicInteger> each = new ConcurrentHashMap<>();

  private Limits(int inAll, int ofOne) {
    this.inAll = inAll;
    this.ofOne = ofOne;
  }

  /**
   * Of connections: two files each, of the 20,000 that a process commonly has; the rest is for
   * upstreams alone. A browser with some tabs needs 30, an office behind one address some hundred.
   */
  static Limits ofConnections() {
    return new Limits(8000, 1024);
  }

  /**
   * Of requests that control is answering, which mostly takes milliseconds. Streams of events, of
   * which each page has one as long as it is open, are not among them once control let them begin.
   */
  static Limits ofAnswersOfControl() {
    return new Limits(Integer.MAX_VALUE, 64);
  }

  /**
   * Whether there is room for one more of {@code address}; then it must be let go of once.
   *
   * @param many whether many visitors come from there
   */
  boolean claim(InetAddress address, boolean many) {
    if (all.incrementAndGet() > inAll) {
      all.decrementAndGet();
      return false;
    }
    var count = each.computeIfAbsent(name(address), _ -> new AtomicInteger());
    if (count.incrementAndGet() <= ofOne || many) return true;
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
