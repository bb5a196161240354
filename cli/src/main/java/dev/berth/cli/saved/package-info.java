/**
 * Commands for what was saved of workspaces: looked into, had back, forked, taken out, proved.
 *
 * <p>Start at {@link dev.berth.cli.saved.SavedCommands}.
 */
@NullMarked
package dev.berth.cli.saved;

import org.jspecify.annotations.NullMarked;
