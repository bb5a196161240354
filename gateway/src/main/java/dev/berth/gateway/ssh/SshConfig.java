package dev.berth.gateway.ssh;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;

/**
 * What the SSH door is told.
 *
 * @param listen where it listens, all on the same port; a port of 0 lets the system choose
 * @param keys the folder of its host keys, made where they are not there
 * @param dashboard the installation's address, for messages
 */
public record SshConfig(List<InetSocketAddress> listen, Path keys, String dashboard) {
  public SshConfig {
    listen = List.copyOf(listen);
  }
}
