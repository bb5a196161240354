/**
 * What commands have of the command line: their names, the words that they say, files that they
 * write, exit codes.
 *
 * <p>Start at {@link dev.berth.cli.line.Subcommand}; {@link dev.berth.cli.line.Words} says how
 * workspaces stand.
 */
@NullMarked
package dev.berth.cli.line;

import org.jspecify.annotations.NullMarked;
