package dev.berth.cli.role;

import dev.berth.base.Problem;
import dev.berth.cli.settings.Configuration;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Optional;
import java.util.function.Consumer;

/** Finds out at the start, when it can still be told, whether the SSH door can be opened. */
final class SshPort {
  private SshPort() {}

  /**
   * The door to open. Where another program has the usual port, as a second installation on the
   * same machine finds it, there is none; where the port was named, that is a failure.
   */
  static Optional<Configuration.Ssh> free(
      Optional<Configuration.Ssh> wanted, Consumer<String> progress) {
    if (wanted.isEmpty()) return wanted;
    var door = wanted.get();
    try (var socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(door.address(), door.port()));
      return wanted;
    } catch (IOException e) {
      var what =
          "SSH cannot listen on port %d of %s: %s."
              .formatted(door.port(), door.address().getHostAddress(), e.getMessage());
      var remedy = "Set ssh.port to a free port, or to 0 to do without SSH.";
      if (door.required()) throw new Problem.Conflict(what, remedy, e);
      progress.accept("berth: " + what + " Workspaces cannot be reached by SSH. " + remedy);
      return Optional.empty();
    }
  }
}
