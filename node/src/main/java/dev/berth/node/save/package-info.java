/**
 * Saves the files of this machine's workspaces while they run, and makes new workspaces of what was
 * saved.
 *
 * <p>Start at {@link MachineSaves}. What a snapshot is and where it lies is {@code snapshots}' and
 * {@code objects}' business; when a workspace runs is control's.
 */
@NullMarked
package dev.berth.node.save;

import org.jspecify.annotations.NullMarked;
