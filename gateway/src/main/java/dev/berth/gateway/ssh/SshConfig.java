package dev.berth.gateway.ssh;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;

/**
 * What the SSH door is told.
 *
 * @param listen where it listens, all on the same port; a port of 0 lets the system choose
 * @param keys its host keys
 * @param dashboard the installation's address, for messages
 */
public record SshConfig(List<InetSocketAddress> listen, Keys keys, String dashboard) {
  /** A folder of OpenSSH's host key files. */
  public sealed interface Keys {
    /** Its own: what is not there is made. */
    record Made(Path folder) implements Keys {}

    /** One that several gateways are given, so nothing is made there. */
    record Given(Path folder) implements Keys {}
  }

  public SshConfig {
    listen = List.copyOf(listen);
  }
}
