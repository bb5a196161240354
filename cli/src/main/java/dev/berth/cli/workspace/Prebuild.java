package dev.berth.cli.workspace;

import dev.berth.base.json.Json;
import dev.berth.base.text.TerminalText;
import dev.berth.cli.api.Api;
import dev.berth.cli.line.Words;
import dev.berth.cli.settings.Home;
import dev.berth.protocol.api.PrebuildView;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a prebuild. */
@Command(
    name = "prebuild",
    description = {
      "Runs the init tasks of a commit once, so that workspaces of it begin with what they made.",
      "One that is there or on its way is not made again."
    },
    mixinStandardHelpOptions = true)
final class Prebuild implements Callable<Integer> {
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);

  @Parameters(paramLabel = "URL", description = "What to prebuild, as you see it in the browser.")
  @SuppressWarnings("NullAway.Init") // set by picocli
  private String url;

  @Option(
      names = "--wait",
      description =
          "Show what its tasks print, and return when it is there (0) or cannot be had (69).")
  private boolean wait;

  @Option(names = "--again", description = "Make a new one where one of that commit is there.")
  private boolean again;

  @Option(names = "--json", description = "Print one JSON object: the prebuild.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    try (var api = Api.connect(Home.find())) {
      var view = api.prebuild(url, again);
      if (wait) {
        System.err.println(view.id());
        view = follow(api, view);
      }
      System.out.println(
          json ? Json.write(view) : wait ? sentence(view) : view.id() + " " + view.state().word());
      return wait && view.state() != PrebuildView.State.AVAILABLE ? 69 : 0;
    }
  }

  /** Its log on the error stream, until nothing more comes. */
  private static PrebuildView follow(Api api, PrebuildView asked) throws InterruptedException {
    var shown = "";
    while (true) {
      var view = api.findPrebuild(asked.id());
      var log = api.logs(asked.id());
      System.err.print(Words.readable(news(shown, log)));
      System.err.flush();
      shown = log;
      if (view.state().isLast()) return view;
      Thread.sleep(BETWEEN_LOOKS);
    }
  }

  /** What {@code log}, the end of all that was printed, has more than it had before. */
  static String news(String before, String log) {
    if (log.startsWith(before)) return log.substring(before.length());
    // Its beginning was forgotten: what was seen last is somewhere in it, or all is new.
    var last = before.substring(Math.max(0, before.length() - 256));
    int at = log.lastIndexOf(last);
    return at < 0 ? log : log.substring(at + last.length());
  }

  private static String sentence(PrebuildView view) {
    return switch (view.state()) {
      case QUEUED -> "It waits for its turn.";
      case BUILDING -> "It is being made.";
      case AVAILABLE -> "It is there: workspaces of this commit begin with it.";
      case FAILED -> "It failed: " + TerminalText.of(view.error().orElse("see its log."));
      case ABORTED -> "It was stopped before its tasks had ended.";
    };
  }
}
