/**
 * What control tells the gateway, so that the gateway goes on without it.
 *
 * <p>Start at {@link dev.berth.protocol.route.RouteEvent}: the events of {@code GET
 * /internal/v1/routes}.
 */
@NullMarked
package dev.berth.protocol.route;

import org.jspecify.annotations.NullMarked;
