/**
 * Proves the hops of an installation from where control is: at its beginning, every so often, and
 * when somebody asks.
 *
 * <p>Start at {@link dev.berth.control.check.Checkup}. Knows nothing of what the hops are, which
 * who opens control says, but of the gateways that are connected.
 */
@NullMarked
package dev.berth.control.check;

import org.jspecify.annotations.NullMarked;
