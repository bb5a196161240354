package dev.berth.cli;

import dev.berth.base.json.Json;
import dev.berth.protocol.Phase;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lists the workspaces. */
@Command(
    name = "list",
    description = "Lists your workspaces, the newest first.",
    mixinStandardHelpOptions = true)
final class Listing implements Callable<Integer> {
  @Option(names = "--json", description = "Print one JSON object: workspaces.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    try (var api = Api.connect(Home.find())) {
      var list = api.list();
      if (json) {
        System.out.println(Json.write(list));
        return 0;
      }
      if (list.workspaces().isEmpty()) {
        System.out.println("No workspaces yet. Make one: berth open https://host/owner/repository");
        return 0;
      }
      int id = list.workspaces().stream().mapToInt(w -> w.id().value().length()).max().orElse(2);
      int repository =
          list.workspaces().stream().mapToInt(w -> w.repository().length()).max().orElse(10);
      var format = "%-" + id + "s  %-8s  %-" + repository + "s  %-16s  %-7s  %s%n";
      System.out.printf(format, "ID", "STATE", "REPOSITORY", "REF", "AGE", "");
      for (var view : list.workspaces()) {
        boolean explain =
            view.phase() instanceof Phase.Stopped || view.phase() instanceof Phase.Failed;
        System.out.printf(
            format,
            view.id(),
            Words.state(view.phase()),
            view.repository(),
            view.ref().or(() -> view.commit().map(hash -> hash.substring(0, 10))).orElse(""),
            Words.age(view.createdAt()),
            explain ? Words.sentence(view) : "");
      }
      return 0;
    }
  }
}
