package dev.berth.cli;

import dev.berth.base.json.Json;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists the saved moments of a workspace. */
@Command(
    name = "points",
    description = {
      "Lists the moments of a workspace that you can go back to, the newest first.",
      "Its files are saved while it runs; `fork` makes a workspace of a moment, `export` an archive."
    },
    mixinStandardHelpOptions = true)
final class Points implements Callable<Integer> {
  @Parameters(paramLabel = "ID", description = "The workspace.")
  @SuppressWarnings("NullAway.Init") // set by picocli
  private String id;

  @Option(names = "--save", description = "Save it now, before they are listed.")
  private boolean save;

  @Option(names = "--json", description = "Print one JSON object: points, trouble.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    try (var api = Api.connect(Home.find())) {
      var workspace = Words.id(id);
      if (save) api.save(workspace);
      var list = api.points(workspace);
      if (json) {
        System.out.println(Json.write(list));
        return 0;
      }
      list.trouble().ifPresent(words -> System.err.println("The last save failed: " + words));
      if (list.points().isEmpty()) {
        System.out.println("Nothing is saved yet.");
        return 0;
      }
      System.out.printf("%-36s  %-7s  %9s  %9s  %9s%n", "POINT", "AGE", "FILES", "SIZE", "NEW");
      for (var point : list.points()) {
        System.out.printf(
            "%-36s  %-7s  %9d  %9s  %9s%n",
            point.id(),
            Words.age(point.at()),
            point.files(),
            Words.size(point.bytes()),
            Words.size(point.newBytes()));
      }
      return 0;
    }
  }
}
