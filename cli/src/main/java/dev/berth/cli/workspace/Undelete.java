package dev.berth.cli.workspace;

import dev.berth.cli.api.Api;
import dev.berth.cli.line.Words;
import dev.berth.cli.settings.Home;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Brings a workspace back that was deleted. */
@Command(
    name = "undelete",
    description =
        "Brings a workspace back that was deleted, stopped and with its files as they were.",
    mixinStandardHelpOptions = true)
final class Undelete implements Callable<Integer> {
  @Parameters(paramLabel = "ID", description = "The workspace.")
  @SuppressWarnings("NullAway.Init") // set by picocli
  private String id;

  @Option(names = "--json", description = "Print one JSON object: id, url, phase.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    try (var api = Api.connect(Home.find())) {
      var view = api.undelete(Words.id(id));
      System.out.println(json ? Words.json(view) : "It is back: berth start " + view.id());
      return 0;
    }
  }
}
