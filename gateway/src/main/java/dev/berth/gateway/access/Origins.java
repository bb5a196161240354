package dev.berth.gateway.access;

import dev.berth.gateway.route.Addresses;
import dev.berth.gateway.route.WorkspaceHost;
import java.util.Optional;

/**
 * Whether a request that a browser was made to send may do what it asks. All workspaces are one
 * site to a browser, so SameSite cookies do not keep one workspace's page from another's host.
 */
public final class Origins {
  private final Addresses addresses;

  public Origins(Addresses addresses) {
    this.addresses = addresses;
  }

  /**
   * Whether {@code origin} may have sent this to {@code host}.
   *
   * @param changes whether it is a WebSocket or may change something: no GET, HEAD or OPTIONS
   * @param socket whether it is a WebSocket or another upgrade
   */
  public boolean fits(
      WorkspaceHost.Inside host,
      Optional<String> origin,
      Access.By by,
      boolean changes,
      boolean socket) {
    if (by == Access.By.PUBLIC || !changes) return true;
    if (origin.isEmpty()) {
      return by == Access.By.TOKEN || (host instanceof WorkspaceHost.OfPort && !socket);
    }
    var from = addresses.origin(origin.get());
    return switch (host) {
      case WorkspaceHost.Ide _ -> from.equals(host);
      case WorkspaceHost.OfPort(var workspace, _) ->
          switch (from) {
            case WorkspaceHost.Inside other -> other.workspace().equals(workspace);
            case WorkspaceHost.Dashboard _, WorkspaceHost.Loopback _, WorkspaceHost.Foreign _ ->
                by == Access.By.TOKEN || !socket; // plain requests: the app's own business
          };
    };
  }
}
