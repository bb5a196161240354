/**
 * Processes, pipes and pseudo-terminals of the instance's user, by the C library and the kernel
 * directly: the supervisor has no library of its own in the image, may not fork, and as process 1
 * must reap whatever ends.
 *
 * <p>Start at {@link dev.berth.supervisor.process.Processes}. Knows nothing of tasks or terminals.
 */
@NullMarked
package dev.berth.supervisor.process;

import org.jspecify.annotations.NullMarked;
