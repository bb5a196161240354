/**
 * What checks of an installation found, one code for each hop.
 *
 * <p>Start at {@link dev.berth.protocol.check.Result}. Knows nothing of how a hop is proven.
 */
@NullMarked
package dev.berth.protocol.check;

import org.jspecify.annotations.NullMarked;
