package dev.berth.cli.saved;

import dev.berth.cli.api.Api;
import dev.berth.cli.line.Waiting;
import dev.berth.cli.line.Words;
import dev.berth.cli.settings.Home;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a workspace with the files of another. */
@Command(
    name = "fork",
    description = {
      "Makes and starts a workspace with the files of another, as they are or were once.",
      "The other one stays as it is. Without a point it begins with what the other has now."
    },
    mixinStandardHelpOptions = true)
final class Fork implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "ID", description = "The workspace.")
  @SuppressWarnings("NullAway.Init") // set by picocli
  private String id;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "POINT",
      description = "The moment, as `berth points` lists it; now where none is given.")
  private @org.jspecify.annotations.Nullable String point;

  @Option(names = "--wait", description = "Return when it runs, or with the reason when it cannot.")
  private boolean wait;

  @Option(names = "--json", description = "Print one JSON object: id, url, phase.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    try (var api = Api.connect(Home.find())) {
      return Waiting.started(api, api.fork(Words.id(id), Optional.ofNullable(point)), wait, json);
    }
  }
}
