package dev.berth.cli.workspace;

import dev.berth.cli.api.Api;
import dev.berth.cli.line.Words;
import dev.berth.cli.settings.Home;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Unpins a workspace. */
@Command(
    name = "unpin",
    description =
        "Lets a pinned workspace go again when nobody uses it for as long as is configured.",
    mixinStandardHelpOptions = true)
final class Unpin implements Callable<Integer> {
  @Parameters(paramLabel = "ID", description = "The workspace.")
  @SuppressWarnings("NullAway.Init") // set by picocli
  private String id;

  @Option(names = "--json", description = "Print one JSON object: id, url, phase.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    try (var api = Api.connect(Home.find())) {
      var view = api.unpin(Words.id(id));
      System.out.println(
          json
              ? Words.json(view)
              : view.keptUntil()
                  .map(until ->
                      "It goes at %s where nobody uses it before.".formatted(Words.moment(until)))
                  .orElse("It is no longer pinned."));
      return 0;
    }
  }
}
