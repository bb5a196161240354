/**
 * Commands for a workspace's life: made, started, used, stopped, deleted; and for prebuilds.
 *
 * <p>Start at {@link dev.berth.cli.workspace.WorkspaceCommands}. Each asks control's API; {@code
 * Exec} goes inside.
 */
@NullMarked
package dev.berth.cli.workspace;

import org.jspecify.annotations.NullMarked;
