/**
 * What the launcher runs: the {@code berth} command, and what builds and trains it.
 *
 * <p>Start at {@link dev.berth.cli.Berth}, which asks each room for its commands: {@code role} for
 * what runs, {@code install} for a cluster, {@code workspace}, {@code saved}, {@code ssh}, {@code
 * definition} and {@code care} for people. {@code settings} is what a process is told, {@code api}
 * how a command asks what runs, {@code line} what all have of the command line.
 */
@NullMarked
package dev.berth.cli;

import org.jspecify.annotations.NullMarked;
