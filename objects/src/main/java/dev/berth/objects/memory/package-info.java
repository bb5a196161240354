/**
 * A store in this process's memory, for tests and for what need not last.
 *
 * <p>Start at {@link MemoryStore}. Knows nothing of disks.
 */
@NullMarked
package dev.berth.objects.memory;

import org.jspecify.annotations.NullMarked;
