package dev.berth.cli.role;

import dev.berth.base.Problem;
import dev.berth.cli.line.Subcommand;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

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

  /**
   * Whether {@code up} with these arguments would come to what takes time: it is not asked how it
   * is used, and nothing that can be known beforehand keeps it from starting. Makes and writes
   * nothing.
   */
  public static boolean upWouldStart(String... arguments) {
    var up = new Up();
    try {
      var asked = new CommandLine(up).parseArgs(arguments);
      if (asked.isUsageHelpRequested() || asked.isVersionHelpRequested()) return false;
      up.foresee();
      return true;
    } catch (ParameterException | Problem e) {
      return false; // `up` itself says it
    }
  }
}
