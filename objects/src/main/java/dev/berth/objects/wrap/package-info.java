/**
 * Stores that stand before another: under a folder of it, with retries, with a limit, in turns.
 *
 * <p>Start at {@link Retrying}. Each keeps the promises of {@link dev.berth.objects.ObjectStore}
 * where the store behind it does.
 */
@NullMarked
package dev.berth.objects.wrap;

import org.jspecify.annotations.NullMarked;
