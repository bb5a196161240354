package dev.berth.cli.workspace;

import dev.berth.base.Problem;
import dev.berth.cli.api.Api;
import dev.berth.cli.line.Words;
import dev.berth.cli.settings.Home;
import dev.berth.protocol.Intent;
import dev.berth.protocol.Phase;
import dev.berth.protocol.api.WorkspaceView;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Deletes a workspace. */
@Command(
    name = "delete",
    description = {
      "Deletes a workspace. It stops, and its files are kept for 14 days, unless configured otherwise.",
      "Until then `berth undelete` brings it back, and `berth list --deleted` says how long."
    },
    mixinStandardHelpOptions = true)
final class Delete implements Callable<Integer> {
  @Parameters(paramLabel = "ID", description = "The workspace.")
  @SuppressWarnings("NullAway.Init") // set by picocli
  private String id;

  @Option(
      names = "--now",
      description =
          "Delete all its files and saved moments at once, for good; also of one that was deleted before.")
  private boolean now;

  @Option(
      names = "--wait",
      description = "Return when it has stopped; with --now, when all of it is gone.")
  private boolean wait;

  @Option(names = "--json", description = "Print one JSON object: id, url, phase.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    try (var api = Api.connect(Home.find())) {
      var view = now ? api.deleteNow(Words.id(id)) : api.delete(Words.id(id));
      boolean kept = view.intent() instanceof Intent.Discard;
      if (wait && kept) view = stopped(api, view);
      else if (wait) gone(api, view);
      System.out.println(json ? Words.json(view) : words(view, kept));
      return 0;
    }
  }

  private String words(WorkspaceView view, boolean kept) {
    if (!kept) return wait ? "Deleted for good." : "It is being deleted for good.";
    var until = view.keptUntil().map(Words::moment).orElse("its time is over");
    return "Deleted. It can be had back until %s: berth undelete %s".formatted(until, view.id());
  }

  private static WorkspaceView stopped(Api api, WorkspaceView view) throws InterruptedException {
    var seen = view;
    while (!isOver(seen)) {
      Thread.sleep(Api.BETWEEN_QUESTIONS);
      seen = api.find(view.id());
    }
    return seen;
  }

  /** Whether it has stopped; refused where somebody wants it back, and it may run for ever. */
  static boolean isOver(WorkspaceView seen) {
    return switch (seen.intent()) {
      case Intent.Discard _, Intent.Delete _ ->
          seen.phase() instanceof Phase.Stopped || seen.phase() instanceof Phase.Failed;
      case Intent.Run _, Intent.Stop _ ->
          throw new Problem.Conflict(
              "The workspace %s was brought back meanwhile.".formatted(seen.id()),
              "Delete it again where nobody needs it.");
    };
  }

  /** The events tell nothing of one that was deleted before, so it is asked for. */
  private static void gone(Api api, WorkspaceView view) throws InterruptedException {
    try {
      while (true) {
        api.find(view.id());
        Thread.sleep(Api.BETWEEN_QUESTIONS);
      }
    } catch (Problem.Missing e) {
      return; // as it was asked for
    }
  }
}
