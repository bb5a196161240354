package dev.berth.gateway.route;

import dev.berth.protocol.Port;
import dev.berth.protocol.WorkspaceId;

/** What the host name of a request stands for. {@link Addresses#parse} makes one of text. */
public sealed interface WorkspaceHost {
  /** The dashboard and the API: D itself. */
  record Dashboard() implements WorkspaceHost {}

  /** {@code localhost} or a loopback address: somebody typed it instead of D. */
  record Loopback() implements WorkspaceHost {}

  /** {@code open-vsx.D}: the registry of extensions, for everybody. */
  record Gallery() implements WorkspaceHost {}

  /** None of ours. */
  record Foreign() implements WorkspaceHost {}

  /** A name of a workspace, which may or may not exist. */
  sealed interface Inside extends WorkspaceHost {
    /** The workspace that it names. */
    WorkspaceId workspace();
  }

  /** {@code <id>.ws.D}: the workspace's own page and its supervisor. */
  record Ide(WorkspaceId workspace) implements Inside {}

  /** {@code <port>-<id>.ws.D}: what the user serves on a port. */
  record OfPort(WorkspaceId workspace, Port port) implements Inside {}
}
