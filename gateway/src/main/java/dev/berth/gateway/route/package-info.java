/**
 * Finds the workspace and port that a host name means, and where they are.
 *
 * <p>Start at {@link dev.berth.gateway.route.WorkspaceHost} and {@link
 * dev.berth.gateway.route.RouteTable}. Knows nothing of sockets; {@code dev.berth.gateway.forward}
 * does.
 */
@NullMarked
package dev.berth.gateway.route;

import org.jspecify.annotations.NullMarked;
