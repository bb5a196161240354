/**
 * Runs the machine's own programs, with a bound on their time and output.
 *
 * <p>Start at {@link dev.berth.runtime.runc.host.Command}. Knows nothing of what they do.
 */
@NullMarked
package dev.berth.runtime.runc.host;

import org.jspecify.annotations.NullMarked;
