/**
 * Saves and restores as whole processes, as restic does, for a comparison with it.
 *
 * <p>Start at {@link SnapshotBench}; {@code bench/snapshots.sh} runs it.
 */
@NullMarked
package dev.berth.bench.snapshots;

import org.jspecify.annotations.NullMarked;
