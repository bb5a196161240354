package dev.berth.cli.care;

import dev.berth.cli.line.Subcommand;
import java.util.List;

/** The commands for whoever looks after an installation. */
public final class CareCommands {
  private CareCommands() {}

  /** As the help lists them. */
  public static List<Subcommand> all() {
    return List.of(
        new Subcommand("status", Status::new),
        new Subcommand("check-editor", EditorCheck::new),
        new Subcommand("make-editor", MakeEditor::new));
  }
}
