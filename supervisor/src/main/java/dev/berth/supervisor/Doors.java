package dev.berth.supervisor;

import dev.berth.base.http.HttpServer;
import dev.berth.supervisor.api.LocalDoor;
import dev.berth.supervisor.outlet.Outlet;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * Where a supervisor is reached.
 *
 * @param server by who brings the instance's token
 * @param local by the user's own processes, where a socket could be made
 * @param outlet by programs that want the registry of extensions, where there is one
 */
record Doors(HttpServer server, Optional<LocalDoor> local, Optional<Outlet> outlet)
    implements AutoCloseable {
  InetSocketAddress address() {
    return server.address();
  }

  @Override
  public void close() {
    local.ifPresent(LocalDoor::close);
    outlet.ifPresent(Outlet::close);
    server.close();
  }
}
