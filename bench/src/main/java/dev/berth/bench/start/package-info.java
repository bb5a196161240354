/**
 * How long a stopped workspace takes from the call that starts it to its first shell prompt.
 *
 * <p>Start at {@link dev.berth.bench.start.StartBench}; {@code bench/start.sh} runs it.
 */
@NullMarked
package dev.berth.bench.start;

import org.jspecify.annotations.NullMarked;
