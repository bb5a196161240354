package dev.berth.cli.workspace;

import dev.berth.base.json.Json;
import dev.berth.cli.api.Api;
import dev.berth.cli.line.Words;
import dev.berth.cli.settings.Home;
import dev.berth.protocol.Intent;
import dev.berth.protocol.Phase;
import dev.berth.protocol.api.WorkspaceView;
import java.util.ArrayList;
import java.util.List;
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
      table(list.workspaces()).forEach(System.out::println);
      return 0;
    }
  }

  /** A line each, below the headings; each column is as wide as the widest word in it. */
  List<String> table(List<WorkspaceView> workspaces) {
    var rows = new ArrayList<List<String>>();
    rows.add(List.of("ID", "STATE", "REPOSITORY", "REF", "AGE", ""));
    workspaces.forEach(view -> rows.add(row(view)));
    var format = new StringBuilder();
    for (int column = 0; column < rows.getFirst().size() - 1; column++) {
      int at = column;
      int widest = rows.stream().mapToInt(row -> row.get(at).length()).max().orElse(1);
      format.append("%-").append(widest).append("s  ");
    }
    format.append("%s");
    return rows.stream()
        .map(row -> format.toString().formatted(row.toArray()).stripTrailing())
        .toList();
  }

  private List<String> row(WorkspaceView view) {
    return List.of(
        view.id().value(),
        deleted ? "deleted" : Words.state(view.phase()),
        view.repository(),
        view.ref().or(() -> view.commit().map(hash -> hash.substring(0, 10))).orElse(""),
        Words.age(view.createdAt()),
        more(view));
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
