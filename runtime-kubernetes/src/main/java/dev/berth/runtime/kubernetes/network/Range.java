package dev.berth.runtime.kubernetes.network;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/** A range of addresses, as {@code 10.0.0.0/8}; those of the two kinds of addresses never meet. */
public record Range(InetAddress first, int bits) {
  /** The range that {@code text} writes; one address is a range, too. */
  public static Range parse(String text) {
    var parts = text.strip().split("/", 2);
    try {
      if (!parts[0].matches("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*")) {
        throw new IllegalArgumentException("must be an address or a range, as 10.1.0.0/16");
      }
      var address = InetAddress.getByName(parts[0]);
      int all = address.getAddress().length * 8;
      int bits = parts.length == 1 ? all : Integer.parseInt(parts[1]);
      if (bits < 0 || bits > all) {
        throw new IllegalArgumentException("must have at most %d bits".formatted(all));
      }
      return new Range(InetAddress.getByAddress(masked(address.getAddress(), bits)), bits);
    } catch (UnknownHostException | NumberFormatException e) {
      throw new IllegalArgumentException("must be an address or a range, as 10.1.0.0/16", e);
    }
  }

  /** Only {@code address}. */
  public static Range of(InetAddress address) {
    try {
      var plain = InetAddress.getByAddress(address.getAddress()); // without a name or an interface
      return new Range(plain, address.getAddress().length * 8);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address has 4 or 16 bytes", e);
    }
  }

  private static byte[] masked(byte[] bytes, int bits) {
    for (int i = 0; i < bytes.length; i++) {
      int left = Math.clamp(bits - 8L * i, 0, 8);
      bytes[i] &= (byte) (0xff << (8 - left));
    }
    return bytes;
  }

  public boolean has(InetAddress address) {
    var bytes = address.getAddress();
    return bytes.length == first.getAddress().length
        && Arrays.equals(masked(bytes, bits), first.getAddress());
  }

  private boolean isVersion6() {
    return first.getAddress().length == 16;
  }

  /** As RFC 5952 writes them: API servers warn of other ways. */
  @Override
  public String toString() {
    var text = first.getHostAddress();
    for (int zeros = 7; isVersion6() && zeros > 0 && !text.contains("::"); zeros--) {
      text = text.replaceFirst("(^|:)0(:0){%d}(:|$)".formatted(zeros), "::");
    }
    return text + "/" + bits;
  }
}
