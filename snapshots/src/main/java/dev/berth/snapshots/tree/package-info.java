/**
 * The entries of a saved folder, read one after the other, and bytes that become chunks.
 *
 * <p>Start at {@link TreeCursor}. Knows nothing of files on a disk.
 */
@NullMarked
package dev.berth.snapshots.tree;

import org.jspecify.annotations.NullMarked;
