package dev.berth.cli.workspace;

import dev.berth.cli.api.Api;
import dev.berth.cli.line.Waiting;
import dev.berth.cli.line.Words;
import dev.berth.cli.settings.Home;
import java.util.Optional;
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

  @Option(
      names = "--definition",
      paramLabel = "FILE",
      description =
          "The file that says what the workspace is, where the repository has several: .gitpod.yml, .devcontainer/devcontainer.json, .devcontainer/<name>/devcontainer.json.")
  private Optional<String> definition = Optional.empty();

  @Option(names = "--wait", description = "Return when it runs, or with the reason when it cannot.")
  private boolean wait;

  @Option(names = "--json", description = "Print one JSON object: id, url, phase.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    try (var api = Api.connect(Home.find())) {
      var view = api.open(url, definition);
      Words.ofNote(view).forEach(System.err::println);
      return Waiting.started(api, view, wait, json);
    }
  }
}
