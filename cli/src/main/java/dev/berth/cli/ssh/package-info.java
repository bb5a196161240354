/**
 * Commands that let plain ssh reach workspaces: keys, and a block of the user's own configuration.
 *
 * <p>Start at {@link dev.berth.cli.ssh.SshCommands}.
 */
@NullMarked
package dev.berth.cli.ssh;

import org.jspecify.annotations.NullMarked;
