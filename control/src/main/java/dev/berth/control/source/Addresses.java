package dev.berth.control.source;

import dev.berth.base.Problem;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Which hosts may be asked. The server stands in another place than its users: what they cannot
 * reach, its own loopback and the cloud's metadata service, it must not reach for them.
 *
 * @param innerHosts hosts that may have such addresses; "*" for all
 * @param closed others that users do not reach
 * @param own the addresses of the machine that workspaces run on, which they do not reach whatever
 *     is configured
 */
record Addresses(
    Set<String> innerHosts, Predicate<InetAddress> closed, Predicate<InetAddress> own) {
  /** Metadata services that do not lie in the link-local networks. */
  private static final Set<String> METADATA =
      Set.of("100.100.100.200", "192.0.0.192", "168.63.129.16", "fd00:ec2:0:0:0:0:0:254");

  Addresses {
    innerHosts = Set.copyOf(innerHosts);
  }

  /**
   * The addresses of {@code host}, all checked. git must be held to them, or it asks the name
   * server again and may get other ones. None where only the proxy that is asked knows them.
   */
  List<InetAddress> of(String host, boolean proxied) {
    List<InetAddress> found;
    try {
      found = Arrays.asList(InetAddress.getAllByName(host));
    } catch (UnknownHostException e) {
      if (proxied) return List.of();
      throw new Problem.Unavailable(
          "The host %s was not found.".formatted(host),
          "Check its spelling, and that this server's name service knows it.",
          e);
    }
    if (found.stream().allMatch(own)) throw workspacesHost(host, found.getFirst());
    if (innerHosts.contains(host) || innerHosts.contains("*")) return found;
    for (var address : found) {
      if (isInner(address) || closed.test(address)) {
        throw new Problem.Refused(
            "The host %s has the address %s, which is inside of this server, its cloud or cluster."
                .formatted(host, address.getHostAddress()),
            "If a git server runs there, let the operator name the host in git.innerHosts of berth.yaml and start Berth again.");
      }
    }
    return found;
  }

  private static Problem workspacesHost(String host, InetAddress address) {
    return new Problem.Refused(
        "The host %s has the address %s, which is this machine's own, and workspaces do not reach the machine that they run on."
            .formatted(host, address.getHostAddress()),
        "Let the operator name the repository's folder in git.folders of berth.yaml and start Berth again, then open it as file:///FOLDER; or serve it from another machine.");
  }

  /** Whether {@code address} is one of this machine's, as its kernel sees it. */
  static boolean isOfThisMachine(InetAddress address) {
    if (address.isAnyLocalAddress() || address.isLoopbackAddress()) return true;
    try {
      return NetworkInterface.getByInetAddress(address) != null;
    } catch (SocketException e) {
      return false; // none is known of; git then says how it went
    }
  }

  static boolean isInner(InetAddress address) {
    if (address.isAnyLocalAddress()
        || address.isLoopbackAddress()
        || address.isLinkLocalAddress()
        || address.isMulticastAddress()
        || METADATA.contains(address.getHostAddress())) {
      return true;
    }
    var bytes = address.getAddress();
    if (!(address instanceof Inet6Address)) return bytes[0] == 0; // 0.0.0.0/8 is this host
    // An IPv4 address may lie in an IPv6 one: ::a.b.c.d, 64:ff9b::a.b.c.d, 2002:ab:cd::
    boolean compatible = startsWith(bytes, 12);
    boolean translated = startsWith(bytes, 12, 0, 0x64, 0xff, 0x9b);
    if (compatible || translated) return isInner(ipv4(bytes, 12));
    return startsWith(bytes, 2, 0x20, 0x02) && isInner(ipv4(bytes, 2));
  }

  /** Whether the first {@code length} bytes are {@code head} and then zeros. */
  private static boolean startsWith(byte[] bytes, int length, int... head) {
    for (int i = 0; i < length; i++) {
      if ((bytes[i] & 0xff) != (i < head.length ? head[i] : 0)) return false;
    }
    return true;
  }

  private static InetAddress ipv4(byte[] bytes, int from) {
    try {
      return InetAddress.getByAddress(Arrays.copyOfRange(bytes, from, from + 4));
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four bytes are an IPv4 address", e);
    }
  }
}
