package dev.berth.cli;

import dev.berth.base.Problem;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line's front. */
@Command(
    name = "berth",
    description = "Turns a git URL into a ready-to-code, isolated workspace.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    subcommands = {
      Up.class,
      Down.class,
      Login.class,
      Open.class,
      Listing.class,
      Start.class,
      Stop.class,
      Delete.class,
      Exec.class,
      Logs.class,
      SshKeyCommand.class,
      SshConfigCommand.class,
      Status.class,
      Version.class
    },
    footer = {
      "",
      "BERTH_HOME is the folder of an installation, /var/lib/berth unless set; several live side by side.",
      "Exit codes: 0 done, 2 wrong use, 65 bad input, 66 not there, 69 something needed does not answer,",
      "75 not in this state, 77 not allowed, 70 a bug. `exec` exits as the command that it ran."
    })
final class Berth implements Runnable {
  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  private Berth() {}

  /** Runs what the arguments say and exits with its code. */
  public static void main(String... arguments) {
    System.exit(run(arguments));
  }

  static int run(String... arguments) {
    return new CommandLine(new Berth())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setStopAtPositional(false)
        .setExecutionExceptionHandler((failure, line, _) -> explain(failure, line))
        .execute(arguments);
  }

  private static int explain(Exception failure, CommandLine line) {
    var err = line.getErr();
    if (failure instanceof Problem problem) {
      err.println("berth: " + problem.what());
      err.println("berth: " + problem.remedy());
      err.flush();
      return ExitCode.of(problem);
    }
    if (failure instanceof InterruptedException) return ExitCode.INTERRUPTED;
    failure.printStackTrace(err);
    err.println("berth: this is a bug; please report it with the lines above.");
    err.flush();
    return ExitCode.BUG;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Say what to do.");
  }
}
