package dev.berth.cli.workspace;

import dev.berth.cli.api.Api;
import dev.berth.cli.line.Waiting;
import dev.berth.cli.line.Words;
import dev.berth.cli.settings.Home;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Stops a workspace. */
@Command(
    name = "stop",
    description = "Stops a workspace; its files are kept.",
    mixinStandardHelpOptions = true)
final class Stop implements Callable<Integer> {
  @Parameters(paramLabel = "ID", description = "The workspace.")
  @SuppressWarnings("NullAway.Init") // set by picocli
  private String id;

  @Option(names = "--wait", description = "Return when it has stopped.")
  private boolean wait;

  @Option(names = "--json", description = "Print one JSON object: id, url, phase.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    try (var api = Api.connect(Home.find())) {
      var view = api.stop(Words.id(id));
      if (wait) view = new Waiting().run(api, view.id(), true).orElse(view);
      System.out.println(json ? Words.json(view) : Words.sentence(view));
      return 0;
    }
  }
}
