package dev.berth.cli.workspace;

import dev.berth.cli.api.Api;
import dev.berth.cli.line.Waiting;
import dev.berth.cli.line.Words;
import dev.berth.cli.settings.Home;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Starts a workspace. */
@Command(
    name = "start",
    description = "Starts a stopped workspace; its files are as they were.",
    mixinStandardHelpOptions = true)
final class Start implements Callable<Integer> {
  @Parameters(paramLabel = "ID", description = "The workspace.")
  @SuppressWarnings("NullAway.Init") // set by picocli
  private String id;

  @Option(names = "--wait", description = "Return when it runs, or with the reason when it cannot.")
  private boolean wait;

  @Option(names = "--json", description = "Print one JSON object: id, url, phase.")
  private boolean json;

  @Option(
      names = "--default-image",
      description =
          "Use the default image, from now on, in the place of the one that its repository wants.")
  private boolean defaultImage;

  @Override
  public Integer call() throws InterruptedException {
    try (var api = Api.connect(Home.find())) {
      var which = Words.id(id);
      var asked = defaultImage ? api.startWithDefaultImage(which) : api.start(which);
      return Waiting.started(api, asked, wait, json);
    }
  }
}
