package dev.berth.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a workspace. */
@Command(
    name = "open",
    description =
        "Makes a workspace of a repository, branch, commit or pull request and starts it.",
    mixinStandardHelpOptions = true)
final class Open implements Callable<Integer> {
  @Parameters(paramLabel = "URL", description = "What to open, as you see it in the browser.")
  @SuppressWarnings("NullAway.Init") // set by picocli
  private String url;

  @Option(names = "--wait", description = "Return when it runs, or with the reason when it cannot.")
  private boolean wait;

  @Option(names = "--json", description = "Print one JSON object: id, url, phase.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    try (var api = Api.connect(Home.find())) {
      var view = api.open(url);
      for (var finding : view.findings()) {
        System.err.printf(
            "%s:%d:%d: %s: %s %s%n",
            finding.file(),
            finding.line(),
            finding.column(),
            finding.severity(),
            finding.what(),
            finding.remedy());
      }
      view.notices().forEach(notice -> System.err.println("note: " + notice));
      return Start.tell(api, view, wait, json);
    }
  }
}
