/**
 * The little that the gateway asks of control: the route stream, codes, and to take the activity.
 *
 * <p>Start at {@link dev.berth.gateway.control.ControlLink}. All by plain HTTP/1.1 with the
 * internal key, on the gateway's own event loops. Knows nothing of visitors.
 */
@NullMarked
package dev.berth.gateway.control;

import org.jspecify.annotations.NullMarked;
