package dev.berth.cli;

import dev.berth.base.Problem;
import dev.berth.cli.care.CareCommands;
import dev.berth.cli.definition.DefinitionCommands;
import dev.berth.cli.install.InstallCommand;
import dev.berth.cli.line.ExitCode;
import dev.berth.cli.line.Subcommand;
import dev.berth.cli.line.Version;
import dev.berth.cli.role.RoleCommands;
import dev.berth.cli.saved.SavedCommands;
import dev.berth.cli.ssh.SshCommands;
import dev.berth.cli.workspace.WorkspaceCommands;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
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
    return line(arguments).execute(arguments);
  }

  /**
   * With the one subcommand that is asked for, and with all where it is another question: to read
   * what a subcommand takes costs each start some hundredths of a second.
   */
  static CommandLine line(String... arguments) {
    var line = new CommandLine(new Berth());
    var all = subcommands();
    var first = Stream.of(arguments).findFirst();
    first.map(all::get).map(List::of).orElseGet(() -> List.copyOf(all.values())).stream()
        .map(Supplier::get)
        .forEach(line::addSubcommand);
    tellVersion(line);
    return line.setCaseInsensitiveEnumValuesAllowed(true)
        .setExpandAtFiles(false) // a word with an @ is a package, an image or what a program takes
        .setExecutionExceptionHandler((failure, at, _) -> explain(failure, at));
  }

  /** Each command's help has {@code --version}, which is that of the whole program. */
  private static void tellVersion(CommandLine line) {
    for (var subcommand : line.getSubcommands().values()) {
      subcommand.getCommandSpec().versionProvider(new Version());
      tellVersion(subcommand);
    }
  }

  /** Of all rooms, as the help lists them. */
  private static Map<String, Supplier<Object>> subcommands() {
    var all = new LinkedHashMap<String, Supplier<Object>>();
    Stream.of(
            RoleCommands.all(),
            WorkspaceCommands.all(),
            SavedCommands.all(),
            SshCommands.all(),
            DefinitionCommands.all(),
            CareCommands.all(),
            List.of(
                new Subcommand("install", InstallCommand::new),
                new Subcommand("version", Version::new)))
        .flatMap(List::stream)
        .forEach(command -> all.put(command.name(), command.made()));
    return all;
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
