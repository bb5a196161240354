package dev.berth.cli;

import dev.berth.base.Problem;
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
    return line(arguments)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setStopAtPositional(false)
        .setExecutionExceptionHandler((failure, line, _) -> explain(failure, line))
        .execute(arguments);
  }

  /**
   * With the one subcommand that is asked for, and with all where it is another question: to read
   * what a subcommand takes costs each start some hundredths of a second.
   */
  private static CommandLine line(String... arguments) {
    var line = new CommandLine(new Berth());
    var all = subcommands();
    var first = Stream.of(arguments).findFirst();
    first.map(all::get).map(List::of).orElseGet(() -> List.copyOf(all.values())).stream()
        .map(Supplier::get)
        .forEach(line::addSubcommand);
    return line;
  }

  private static Map<String, Supplier<Object>> subcommands() {
    var all = new LinkedHashMap<String, Supplier<Object>>();
    all.put("up", Up::new);
    all.put("down", Down::new);
    all.put("control", ControlCommand::new);
    all.put("gateway", GatewayCommand::new);
    all.put("login", Login::new);
    all.put("open", Open::new);
    all.put("list", Listing::new);
    all.put("start", Start::new);
    all.put("stop", Stop::new);
    all.put("delete", Delete::new);
    all.put("undelete", Undelete::new);
    all.put("pin", Pin::new);
    all.put("unpin", Unpin::new);
    all.put("exec", Exec::new);
    all.put("logs", Logs::new);
    all.put("prebuild", Prebuild::new);
    all.put("prebuilds", Prebuilds::new);
    all.put("points", Points::new);
    all.put("fork", Fork::new);
    all.put("export", Export::new);
    all.put("check", Check::new);
    all.put("drill", Drill::new);
    all.put("snapshot", SnapshotCommand::new);
    all.put("ssh-key", SshKeyCommand::new);
    all.put("ssh-config", SshConfigCommand::new);
    all.put("validate", Validate::new);
    all.put("convert", Convert::new);
    all.put("status", Status::new);
    all.put("check-editor", EditorCheck::new);
    all.put("make-editor", MakeEditor::new);
    all.put("content", ContentCommand::new);
    all.put("install", InstallCommand::new);
    all.put("version", Version::new);
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
