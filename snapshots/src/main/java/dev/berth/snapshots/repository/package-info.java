/**
 * An owner's objects: finds chunks in packs, reads them, and writes new ones.
 *
 * <p>Start at {@link Repository}, then {@link Catalog}. Knows nothing of files.
 */
@NullMarked
package dev.berth.snapshots.repository;

import org.jspecify.annotations.NullMarked;
