package dev.berth.cli.ssh;

import dev.berth.cli.line.Subcommand;
import java.util.List;

/** The commands that let plain ssh reach workspaces. */
public final class SshCommands {
  private SshCommands() {}

  /** As the help lists them. */
  public static List<Subcommand> all() {
    return List.of(
        new Subcommand("ssh-key", SshKeyCommand::new),
        new Subcommand("ssh-config", SshConfigCommand::new));
  }
}
