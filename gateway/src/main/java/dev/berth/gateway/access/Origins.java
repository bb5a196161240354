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

  /** What a request would do. */
  public enum Kind {
    /** GET, HEAD or OPTIONS. */
    READS,
    /** Any other method. */
    CHANGES,
    /** A WebSocket or another upgrade, which browsers let every page open. */
    UPGRADES
  }

  /**
   * Whether {@code origin} may have sent this to {@code host}.
   *
   * @param editors whether {@code host} leads to the editor or to the supervisor: who talks to
   *     these has a shell, so only their own page may
   */
  public boolean fits(
      WorkspaceHost.Inside host,
      boolean editors,
      Optional<String> origin,
      Access.By by,
      Kind kind) {
    if (by == Access.By.PUBLIC || kind == Kind.READS) return true;
    boolean socket = kind == Kind.UPGRADES;
    if (origin.isEmpty()) return by == Access.By.TOKEN || (!editors && !socket);
    var from = addresses.origin(origin.get());
    if (editors) return from.equals(host);
    return switch (from) {
      case WorkspaceHost.Inside other -> other.workspace().equals(host.workspace());
      case WorkspaceHost.Dashboard _,
          WorkspaceHost.Gallery _,
          WorkspaceHost.Loopback _,
          WorkspaceHost.Foreign _ ->
          by == Access.By.TOKEN || !socket; // plain requests: the app's own business
    };
  }
}
