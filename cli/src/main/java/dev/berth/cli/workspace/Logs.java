package dev.berth.cli.workspace;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.berth.base.json.Json;
import dev.berth.cli.api.Api;
import dev.berth.cli.line.Words;
import dev.berth.cli.settings.Home;
import dev.berth.protocol.ToldNotices;
import dev.berth.protocol.WorkspaceId;
import dev.berth.protocol.api.WorkspaceView;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Prints what an instance printed. */
@Command(
    name = "logs",
    description =
        "Prints the terminals of the tasks, or what the last run's supervisor said, without what only a terminal would act on; what the definition has wrong and other notes go to the error stream.",
    mixinStandardHelpOptions = true)
final class Logs implements Callable<Integer> {
  @Parameters(paramLabel = "ID", description = "The workspace.")
  @SuppressWarnings("NullAway.Init") // set by picocli
  private String id;

  @Option(names = "--raw", description = "Print every byte as it was printed.")
  private boolean raw;

  @Option(
      names = "--json",
      description = "Print one JSON object: id, log, findings, notices, noticeKinds.")
  private boolean json;

  /** As {@code --json} prints it. */
  private record Told(
      WorkspaceId id,
      String log,
      List<WorkspaceView.FindingView> findings,
      @JsonUnwrapped ToldNotices told) {}

  @Override
  public Integer call() throws InterruptedException {
    try (var api = Api.connect(Home.find())) {
      tell(api, System.out, System.err);
      return 0;
    }
  }

  void tell(Api api, PrintStream out, PrintStream err) throws InterruptedException {
    var view = api.find(Words.id(id));
    var text = api.logs(view.id());
    if (json) {
      out.println(Json.write(new Told(view.id(), text, view.findings(), view.told())));
      return;
    }
    Words.ofNote(view).forEach(err::println);
    out.print(raw ? text : Words.readable(text));
  }
}
