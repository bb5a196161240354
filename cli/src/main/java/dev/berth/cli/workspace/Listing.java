package dev.berth.cli.workspace;

import dev.berth.base.json.Json;
import dev.berth.cli.api.Api;
import dev.berth.cli.line.Words;
import dev.berth.cli.settings.Home;
import dev.berth.protocol.Intent;
import dev.berth.protocol.Phase;
import dev.berth.protocol.api.WorkspaceView;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lists the workspaces. */
@Command(
    name = "list",
    description = "Lists your workspaces, the newest first.",
    mixinStandardHelpOptions = true)
final class Listing implements Callable<Integer> {
  @Option(
      names = "--deleted",
      description = "List those that were deleted and can be had back, the last one first.")
  private boolean deleted;

  @Option(names = "--json", description = "Print one JSON object: workspaces.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    try (var api = Api.connect(Home.find())) {
      var list = deleted ? api.deleted() : api.list();
      if (json) {
        System.out.println(Json.write(list));
        return 0;
      }
      if (list.workspaces().isEmpty()) {
        System.out.println(
            deleted
                ? "No workspace that was deleted can be had back."
                : "No workspaces yet. Make one: berth open https://host/owner/repository");
        return 0;
      }
      int id = list.workspaces().stream().mapToInt(w -> w.id().value().length()).max().orElse(2);
      int repository =
          list.workspaces().stream().mapToInt(w -> w.repository().length()).max().orElse(10);
      var format = "%-" + id + "s  %-8s  %-" + repository + "s  %-16s  %-7s  %s%n";
      System.out.printf(format, "ID", "STATE", "REPOSITORY", "REF", "AGE", "");
      for (var view : list.workspaces()) {
        System.out.printf(
            format,
            view.id(),
            deleted ? "deleted" : Words.state(view.phase()),
            view.repository(),
            view.ref().or(() -> view.commit().map(hash -> hash.substring(0, 10))).orElse(""),
            Words.age(view.createdAt()),
            more(view));
      }
      return 0;
    }
  }

  private static String more(WorkspaceView view) {
    if (view.intent() instanceof Intent.Discard(_, var why)) {
      var until = view.keptUntil().map(Words::moment).orElse("");
      return "%s Kept until %s: berth undelete %s".formatted(why, until, view.id());
    }
    boolean explain = view.phase() instanceof Phase.Stopped || view.phase() instanceof Phase.Failed;
    var sentence = explain ? Words.sentence(view) : "";
    var goes =
        view.keptUntil()
            .map(until ->
                " It goes at %s where nobody uses it before.".formatted(Words.moment(until)));
    return sentence + goes.orElse(view.pinned() ? " Pinned." : "");
  }
}
