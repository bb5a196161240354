/**
 * How long a stopped workspace takes from the call that starts it to its first shell prompt, and
 * from the click to its editor in use.
 *
 * <p>Start at {@link dev.berth.bench.start.StartBench}, which {@code bench/start.sh} runs, and
 * {@link dev.berth.bench.start.EditorBench}, which {@code bench/editor.sh} runs.
 */
@NullMarked
package dev.berth.bench.start;

import org.jspecify.annotations.NullMarked;
