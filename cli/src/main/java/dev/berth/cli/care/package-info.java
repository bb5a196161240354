/**
 * Commands for whoever looks after an installation: how it is, and its browser editor.
 *
 * <p>Start at {@link dev.berth.cli.care.CareCommands}. Berth on a cluster is looked after by {@code
 * dev.berth.cli.install}.
 */
@NullMarked
package dev.berth.cli.care;

import org.jspecify.annotations.NullMarked;
