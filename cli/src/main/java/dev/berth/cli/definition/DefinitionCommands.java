package dev.berth.cli.definition;

import dev.berth.cli.line.Subcommand;
import java.util.List;

/** The commands for whoever writes a definition. */
public final class DefinitionCommands {
  private DefinitionCommands() {}

  /** As the help lists them. */
  public static List<Subcommand> all() {
    return List.of(
        new Subcommand("validate", Validate::new), new Subcommand("convert", Convert::new));
  }
}
