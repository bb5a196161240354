package dev.berth.cli.workspace;

import dev.berth.cli.line.Subcommand;
import java.util.List;

/** The commands for a workspace's life. */
public final class WorkspaceCommands {
  private WorkspaceCommands() {}

  /** As the help lists them. */
  public static List<Subcommand> all() {
    return List.of(
        new Subcommand("login", Login::new),
        new Subcommand("open", Open::new),
        new Subcommand("list", Listing::new),
        new Subcommand("start", Start::new),
        new Subcommand("stop", Stop::new),
        new Subcommand("delete", Delete::new),
        new Subcommand("undelete", Undelete::new),
        new Subcommand("pin", Pin::new),
        new Subcommand("unpin", Unpin::new),
        new Subcommand("exec", Exec::new),
        new Subcommand("logs", Logs::new),
        new Subcommand("prebuild", Prebuild::new),
        new Subcommand("prebuilds", Prebuilds::new));
  }
}
