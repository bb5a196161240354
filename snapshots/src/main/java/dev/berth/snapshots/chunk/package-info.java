/**
 * Where bytes are cut into chunks.
 *
 * <p>Start at {@link Chunker}. Knows nothing of what becomes of them.
 */
@NullMarked
package dev.berth.snapshots.chunk;

import org.jspecify.annotations.NullMarked;
