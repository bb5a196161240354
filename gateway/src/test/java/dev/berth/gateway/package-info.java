/**
 * The gateway over real sockets, between a control and upstreams written by hand.
 *
 * <p>Start at {@link dev.berth.gateway.RequestTableTest}, which reads as what the gateway does.
 */
@NullMarked
package dev.berth.gateway;

import org.jspecify.annotations.NullMarked;
