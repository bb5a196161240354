/**
 * Saves a folder tree as a snapshot.
 *
 * <p>Start at {@link Save}; {@link Walk} goes through the tree, {@link FileReader} reads what
 * changed. It decides what counts as unchanged, and what is said of what could not be read.
 */
@NullMarked
package dev.berth.snapshots.save;

import org.jspecify.annotations.NullMarked;
