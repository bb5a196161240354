/**
 * The {@code berth} command, a class for each subcommand.
 *
 * <p>Start at {@link dev.berth.cli.Berth}; {@link dev.berth.cli.Up} wires all roles into one JVM.
 * The other commands talk to a running installation by its API.
 */
@NullMarked
package dev.berth.cli;

import org.jspecify.annotations.NullMarked;
