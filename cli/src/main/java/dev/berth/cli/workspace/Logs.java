package dev.berth.cli.workspace;

import dev.berth.base.json.Json;
import dev.berth.cli.api.Api;
import dev.berth.cli.line.Words;
import dev.berth.cli.settings.Home;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Prints what an instance printed. */
@Command(
    name = "logs",
    description =
        "Prints the terminals of the tasks, or what the last run's supervisor said; without what only a terminal would act on.",
    mixinStandardHelpOptions = true)
final class Logs implements Callable<Integer> {
  @Parameters(paramLabel = "ID", description = "The workspace.")
  @SuppressWarnings("NullAway.Init") // set by picocli
  private String id;

  @Option(names = "--raw", description = "Print every byte as it was printed.")
  private boolean raw;

  @Option(names = "--json", description = "Print one JSON object: id, log.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    try (var api = Api.connect(Home.find())) {
      var text = api.logs(Words.id(id));
      if (json) System.out.println(Json.write(Map.of("id", id, "log", text)));
      else System.out.print(raw ? text : Words.readable(text));
      return 0;
    }
  }
}
