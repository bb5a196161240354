package dev.berth.cli.ssh;

import dev.berth.base.Problem;
import dev.berth.cli.api.Api;
import dev.berth.cli.settings.Home;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lets plain `ssh WORKSPACE` work. */
@Command(
    name = "ssh-config",
    description = {
      "Writes a block into ~/.ssh/config, so that `ssh WORKSPACE` works.",
      "So does `ssh WORKSPACE@HOST`, and the host's keys are known. Run it again when workspaces came; nothing else is touched."
    },
    mixinStandardHelpOptions = true)
final class SshConfigCommand implements Callable<Integer> {
  @Option(
      names = "--print",
      description =
          "Print a block for another machine instead, which keeps the host's keys when it meets them.")
  private boolean print;

  @Option(names = "--remove", description = "Take the block out again.")
  private boolean remove;

  @Option(
      names = "--file",
      paramLabel = "FILE",
      description = "Instead of ~/.ssh/config; the host's keys are kept beside it.")
  private @Nullable Path file;

  @Override
  public Integer call() throws InterruptedException {
    var home = Home.find();
    var config =
        new SshConfigFile(
            file == null ? Path.of(System.getProperty("user.home"), ".ssh/config") : file, home);
    if (remove) {
      config.remove();
      return 0;
    }
    try (var api = Api.connect(home)) {
      var door =
          api.me()
              .ssh()
              .orElseThrow(() ->
                  new Problem.Unavailable(
                      "SSH is off in this installation.",
                      "Set ssh.port in %s and start Berth again.".formatted(home.configuration())));
      var ids = api.list().workspaces().stream().map(view -> view.id()).sorted().toList();
      if (print) {
        System.out.print(config.elsewhere(door, ids));
      } else {
        config.write(config.block(door, ids));
        System.err.println("berth: wrote the block of %s.".formatted(home.folder()));
      }
      return 0;
    }
  }
}
