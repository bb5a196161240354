package dev.berth.cli.saved;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What is done with snapshots by plain tools; a workspace's are its `points`. */
@Command(
    name = "snapshot",
    description = "Takes what was saved out, for plain tools.",
    subcommands = Export.class,
    mixinStandardHelpOptions = true)
final class SnapshotCommand implements Runnable {
  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Say export.");
  }
}
