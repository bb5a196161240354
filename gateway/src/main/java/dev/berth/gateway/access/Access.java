package dev.berth.gateway.access;

import dev.berth.protocol.WorkspaceId;
import dev.berth.protocol.route.Route;

/** What a visitor gets at a workspace's door. */
public sealed interface Access {
  /** The visitor may pass. */
  record Allowed(Route route, Route.Upstream upstream, By by) implements Access {}

  /** Nobody is known behind this request; a login may help. */
  record LoginFirst() implements Access {}

  /** 404, not 403: a stranger may not learn that the workspace exists. */
  record Hidden() implements Access {}

  /**
   * It is the visitor's, and no instance of it runs.
   *
   * @param starting whether one is on its way
   */
  record Asleep(WorkspaceId workspace, boolean starting) implements Access {}

  /** Control has not told the route table yet, or not where this workspace runs. */
  record NotYetKnown() implements Access {}

  /** What let the visitor in. */
  enum By {
    /** The owner's cookie of this host. */
    COOKIE,
    /** The owner token, which only a program brings. */
    TOKEN,
    /** The port is open to everybody. */
    PUBLIC
  }
}
