/**
 * Makes a snapshot's files again, in a folder or as a tar archive.
 *
 * <p>Start at {@link Restore} and {@link TarExport}. Believes nothing that the store says before it
 * is checked, and writes nowhere but into the new folder.
 */
@NullMarked
package dev.berth.snapshots.restore;

import org.jspecify.annotations.NullMarked;
