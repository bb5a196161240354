package dev.berth.gateway.http;

import dev.berth.base.Problem;
import io.netty.util.NetUtil;
import java.net.InetAddress;

/** A range of IP addresses, such as {@code 10.0.0.0/8}. */
public final class Network {
  private final byte[] first;
  private final int bits;

  private Network(byte[] first, int bits) {
    this.first = first;
    this.bits = bits;
  }

  /** The range that {@code text} names: an address, or one with a number of bits. */
  public static Network parse(String text) {
    int slash = text.indexOf('/');
    byte[] address =
        NetUtil.createByteArrayFromIpAddressString(slash < 0 ? text : text.substring(0, slash));
    if (address == null) throw wrong(text);
    int most = address.length * 8;
    if (slash < 0) return new Network(address, most);
    try {
      int bits = Integer.parseInt(text.substring(slash + 1));
      if (bits < 0 || bits > most) throw wrong(text);
      return new Network(address, bits);
    } catch (NumberFormatException e) {
      throw wrong(text);
    }
  }

  /** Whether {@code address} lies in it. */
  public boolean contains(InetAddress address) {
    byte[] other = address.getAddress();
    if (other.length != first.length) return false;
    for (int bit = 0; bit < bits; bit += 8) {
      int mask = bits - bit >= 8 ? 0xff : 0xff << (8 - (bits - bit));
      if (((other[bit / 8] ^ first[bit / 8]) & mask) != 0) return false;
    }
    return true;
  }

  private static Problem.Invalid wrong(String text) {
    return new Problem.Invalid(
        "\"%s\" is no range of IP addresses.".formatted(text), "Write one such as 10.0.0.0/8.");
  }
}
