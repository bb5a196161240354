/**
 * The way from the instance's programs to the gateway's registry of extensions.
 *
 * <p>Start at {@link dev.berth.supervisor.outlet.Outlet}. It moves bytes and knows nothing of
 * extensions; what is at the other end is the gateway's to say.
 */
@NullMarked
package dev.berth.supervisor.outlet;

import org.jspecify.annotations.NullMarked;
