package dev.berth.control.workspace;

import dev.berth.protocol.WorkspaceId;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;

/**
 * The host names of this installation: the dashboard's, and those made of it (design 7).
 *
 * @param dashboard scheme, host and port, without a path
 */
public record Addresses(URI dashboard) {
  /** Where a browser opens a workspace. */
  public URI workspace(WorkspaceId id) {
    return URI.create(
        "%s://%s.ws.%s".formatted(dashboard.getScheme(), id, dashboard.getAuthority()));
  }

  /** Where a browser opens a port of a workspace. */
  public URI port(WorkspaceId id, int port) {
    return URI.create(
        "%s://%d-%s.ws.%s".formatted(dashboard.getScheme(), port, id, dashboard.getAuthority()));
  }

  /** The workspace that a host name, with or without a port number before the id, belongs to. */
  public Optional<WorkspaceId> ofHost(String host) {
    var lower = host.toLowerCase(Locale.ROOT);
    var end = ".ws." + dashboard.getAuthority();
    if (!lower.endsWith(end)) return Optional.empty();
    var label = lower.substring(0, lower.length() - end.length());
    return WorkspaceId.parse(label)
        .or(() -> WorkspaceId.parse(label.replaceFirst("^[0-9]{1,5}-", "")));
  }
}
