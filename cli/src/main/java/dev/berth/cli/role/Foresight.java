package dev.berth.cli.role;

import dev.berth.base.Problem;
import dev.berth.base.text.Reason;
import dev.berth.cli.settings.Configuration;
import dev.berth.gateway.net.ServedCertificate;
import dev.berth.node.HostSetup;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.util.List;

/**
 * What would end a start anyway, found out in milliseconds: before a default image is made for
 * minutes, and before anything is written. Each part looks again when it opens.
 */
final class Foresight {
  private Foresight() {}

  /** Throws what all of this machine's roles together would fail with. */
  static void look(Configuration configuration) {
    if (configuration.cluster().isEmpty()) HostSetup.checkMachine();
    configuration.tls().ifPresent(tls -> ServedCertificate.check(tls.chain(), tls.key()));
    GatewayOf.addresses(configuration).forEach(Foresight::bind);
    var _ = SshPort.free(configuration.ssh(), _ -> {}); // told where it is opened, if it may fail
  }

  /**
   * In the address's own family: one socket for both would meet programs that are not in the way.
   */
  private static void bind(InetSocketAddress address) {
    var family =
        address.getAddress() instanceof Inet6Address
            ? StandardProtocolFamily.INET6
            : StandardProtocolFamily.INET;
    try (var socket = ServerSocketChannel.open(family)) {
      socket.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      socket.bind(address);
    } catch (IOException e) {
      throw new Problem.Conflict(
          "Cannot listen on %s.".formatted(Reason.listening(List.of(address), e)),
          "Stop what listens there, or choose another port with --port.",
          e);
    }
  }
}
