/**
 * Commands for whoever writes a repository's definition: checks it, tries it, writes it as the
 * other kind.
 *
 * <p>Start at {@link dev.berth.cli.definition.DefinitionCommands}; {@code Trial} and {@code
 * WorkingCommit} are behind {@code validate --start}. No Berth need run for the rest.
 */
@NullMarked
package dev.berth.cli.definition;

import org.jspecify.annotations.NullMarked;
