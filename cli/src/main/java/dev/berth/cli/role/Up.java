package dev.berth.cli.role;

import dev.berth.base.Problem;
import dev.berth.cli.settings.Home;
import java.io.PrintStream;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Starts Berth on this machine. */
@Command(
    name = "up",
    description = {
      "Starts Berth on this machine and prints a link that logs your browser in.",
      "Ctrl-C ends it; workspaces run on, and the next `up` finds them. `down` stops them too."
    },
    mixinStandardHelpOptions = true)
final class Up implements Callable<Integer> {
  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "Where to listen, instead of the configuration's port (8433).")
  private @org.jspecify.annotations.Nullable Integer port;

  @Override
  public Integer call() throws Exception {
    var home = idle();
    PrintStream progress = System.err;
    var installation = Installation.open(home, Optional.ofNullable(port), progress::println);
    try (var ending = Ending.begin();
        installation) {
      System.out.println(installation.loginLink());
      ending.await();
    }
    return 0;
  }

  /** Throws what this would be refused for. */
  void foresee() {
    var _ = Installation.foreseen(idle(), Optional.ofNullable(port));
  }

  private static Home idle() {
    var home = Home.find();
    var told = home.server();
    if (told.isPresent()) {
      throw new Problem.Conflict(
          "Berth runs already with the folder %s, as process %d at %s/."
              .formatted(home.folder(), told.get().pid(), told.get().dashboard()),
          "Use it; `berth login` makes a new link, `berth down` ends it.");
    }
    return home;
  }
}
