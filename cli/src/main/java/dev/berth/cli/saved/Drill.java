package dev.berth.cli.saved;

import dev.berth.base.json.Json;
import dev.berth.cli.api.Api;
import dev.berth.cli.line.ExitCode;
import dev.berth.cli.line.Words;
import dev.berth.cli.settings.Home;
import dev.berth.protocol.WorkspaceId;
import dev.berth.protocol.api.DrillView;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Restores workspaces for a try. */
@Command(
    name = "drill",
    description = {
      "Restores what was saved last into a scratch folder, and compares every file.",
      "Of a few of your workspaces, by chance, or of one; the folder is removed again.",
      "Tells the recovery point (how much of the newest work a loss of this machine would lose)",
      "and the recovery time. Exit code 65 where something is not as it was saved."
    },
    mixinStandardHelpOptions = true)
final class Drill implements Callable<Integer> {
  @Parameters(arity = "0..1", paramLabel = "ID", description = "The workspace.")
  private Optional<String> id = Optional.empty();

  @Option(names = "--json", description = "Print one JSON object: kind, workspaces.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    Optional<WorkspaceId> only = id.map(Words::id);
    try (var api = Api.connect(Home.find())) {
      var view = api.beginDrill(only);
      while (view instanceof DrillView.Running) {
        Thread.sleep(Api.BETWEEN_QUESTIONS);
        view = api.drill();
      }
      if (json) System.out.println(Json.write(view));
      return switch (view) {
        case DrillView.Done(_, _, var workspaces) -> {
          if (!json) workspaces.forEach(Drill::tell);
          yield isWell(workspaces) ? 0 : ExitCode.BAD_INPUT;
        }
        case DrillView.Failed failed -> {
          System.err.println("berth: " + failed.what());
          System.err.println("berth: " + failed.remedy());
          yield ExitCode.UNAVAILABLE;
        }
        case DrillView.Running _ -> throw new IllegalStateException("it has ended");
      };
    }
  }

  private static boolean isWell(List<DrillView.Restored> workspaces) {
    return workspaces.stream().allMatch(one -> one.differences().isEmpty());
  }

  private static void tell(DrillView.Restored one) {
    System.out.println(
        "%s: %s, %d files, %s; recovery point %s, recovery time %s"
            .formatted(
                one.workspace(),
                one.differences().isEmpty() ? "as it was saved" : "NOT as it was saved",
                one.files(),
                Words.size(one.bytes()),
                seconds(one.recoveryPointMillis()),
                seconds(one.recoveryTimeMillis())));
    for (var difference : one.differences()) System.out.println("  " + difference);
    if (one.more() > 0) System.out.println("  ... and %d more".formatted(one.more()));
  }

  private static String seconds(long millis) {
    return "%.1f s".formatted(millis / 1000.0);
  }
}
