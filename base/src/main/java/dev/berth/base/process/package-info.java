/**
 * Runs programs of the host with a bound on their time and on what they print.
 *
 * <p>Start at {@link dev.berth.base.process.Command}.
 */
@NullMarked
package dev.berth.base.process;

import org.jspecify.annotations.NullMarked;
