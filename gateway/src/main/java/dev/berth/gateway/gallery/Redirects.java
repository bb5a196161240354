package dev.berth.gateway.gallery;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.URI;

/**
 * Where the registry may send us: it keeps files elsewhere. Only to itself, or by TLS to a public
 * address; a name whose address changes between this look and the connection would still have to
 * show a certificate for itself there.
 */
final class Redirects {
  private Redirects() {}

  /** The address behind {@code location}; an IOException says why it is not gone to. */
  static URI follow(URI upstream, URI from, String location) throws IOException {
    URI to;
    try {
      to = from.resolve(location);
    } catch (IllegalArgumentException e) {
      throw new IOException("it redirects to what is no address", e);
    }
    if (isSame(to, upstream)) return to;
    if (!"https".equals(to.getScheme()) || to.getHost() == null || to.getRawUserInfo() != null) {
      throw new IOException("it redirects to another host without TLS");
    }
    for (var address : InetAddress.getAllByName(to.getHost())) {
      if (!isPublic(address)) throw new IOException("it redirects to an inner address");
    }
    return to;
  }

  private static boolean isSame(URI to, URI upstream) {
    return upstream.getScheme().equals(to.getScheme())
        && upstream.getHost().equalsIgnoreCase(to.getHost())
        && upstream.getPort() == to.getPort()
        && to.getRawUserInfo() == null;
  }

  /** By the registries of special addresses, RFC 6890; Java turns mapped IPv6 ones into IPv4. */
  static boolean isPublic(InetAddress address) {
    if (address.isAnyLocalAddress()
        || address.isLoopbackAddress()
        || address.isLinkLocalAddress()
        || address.isSiteLocalAddress()
        || address.isMulticastAddress()) return false;
    var bytes = address.getAddress();
    int first = bytes[0] & 0xff;
    int second = bytes[1] & 0xff;
    if (!(address instanceof Inet4Address)) return (first & 0xe0) == 0x20; // 2000::/3
    return first != 0
        && !(first == 100 && (second & 0xc0) == 64)
        && !(first == 192 && second == 0 && bytes[2] == 0)
        && !(first == 198 && (second & 0xfe) == 18)
        && first < 240;
  }
}
