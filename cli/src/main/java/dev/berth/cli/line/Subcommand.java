package dev.berth.cli.line;

import java.util.function.Supplier;

/**
 * A command as its room lists it.
 *
 * @param made by the command line when somebody asks for it
 */
public record Subcommand(String name, Supplier<Object> made) {}
