/** Snapshots of real files, compared by rsync, cut off, damaged and pruned. */
@NullMarked
package dev.berth.snapshots;

import org.jspecify.annotations.NullMarked;
