/**
 * Carries one request to where it belongs and its answer back, streaming both ways.
 *
 * <p>Start at {@link dev.berth.gateway.forward.Exchange}. An exchange, its visitor's connection and
 * its upstream connection are on one event loop, so nothing here is locked. Knows nothing of who
 * may pass; what it is given has passed.
 */
@NullMarked
package dev.berth.gateway.forward;

import org.jspecify.annotations.NullMarked;
