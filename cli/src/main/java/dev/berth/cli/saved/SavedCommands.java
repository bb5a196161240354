package dev.berth.cli.saved;

import dev.berth.cli.line.Subcommand;
import java.util.List;

/** The commands for what was saved. */
public final class SavedCommands {
  private SavedCommands() {}

  /** As the help lists them. */
  public static List<Subcommand> all() {
    return List.of(
        new Subcommand("points", Points::new),
        new Subcommand("fork", Fork::new),
        new Subcommand("export", Export::new),
        new Subcommand("check", Check::new),
        new Subcommand("drill", Drill::new),
        new Subcommand("snapshot", SnapshotCommand::new));
  }
}
