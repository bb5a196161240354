package dev.berth.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Deletes a workspace. */
@Command(
    name = "delete",
    description = "Deletes a workspace with all its files.",
    mixinStandardHelpOptions = true)
final class Delete implements Callable<Integer> {
  @Parameters(paramLabel = "ID", description = "The workspace.")
  @SuppressWarnings("NullAway.Init") // set by picocli
  private String id;

  @Option(names = "--wait", description = "Return when all of it is gone.")
  private boolean wait;

  @Option(names = "--json", description = "Print one JSON object: id, url, phase.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    try (var api = Api.connect(Home.find())) {
      var view = api.delete(Words.id(id));
      if (wait) api.follow(view.id(), _ -> {}, _ -> false);
      System.out.println(json ? Words.json(view) : wait ? "Deleted." : "It is being deleted.");
      return 0;
    }
  }
}
