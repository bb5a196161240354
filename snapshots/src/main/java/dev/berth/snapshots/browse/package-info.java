/**
 * Looks into snapshots without restoring them: their folders, the bytes of a file, what two of them
 * have that is not the same.
 *
 * <p>Start at {@link SavedTree}. Knows nothing of what the folders of a snapshot are to somebody.
 */
@NullMarked
package dev.berth.snapshots.browse;

import org.jspecify.annotations.NullMarked;
