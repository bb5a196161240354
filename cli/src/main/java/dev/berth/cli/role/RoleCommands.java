package dev.berth.cli.role;

import dev.berth.cli.line.Subcommand;
import java.util.List;

/** The commands that run Berth. */
public final class RoleCommands {
  private RoleCommands() {}

  /** As the help lists them. */
  public static List<Subcommand> all() {
    return List.of(
        new Subcommand("up", Up::new),
        new Subcommand("down", Down::new),
        new Subcommand("control", ControlCommand::new),
        new Subcommand("gateway", GatewayCommand::new),
        new Subcommand("content", ContentCommand::new));
  }
}
