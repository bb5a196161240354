package dev.berth.cli;

import dev.berth.protocol.api.WorkspaceView;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Starts a workspace. */
@Command(
    name = "start",
    description = "Starts a stopped workspace; its files are as they were.",
    mixinStandardHelpOptions = true)
final class Start implements Callable<Integer> {
  @Parameters(paramLabel = "ID", description = "The workspace.")
  @SuppressWarnings("NullAway.Init") // set by picocli
  private String id;

  @Option(names = "--wait", description = "Return when it runs, or with the reason when it cannot.")
  private boolean wait;

  @Option(names = "--json", description = "Print one JSON object: id, url, phase.")
  private boolean json;

  @Option(
      names = "--default-image",
      description =
          "Use the default image, from now on, in the place of the one that its repository wants.")
  private boolean defaultImage;

  @Override
  public Integer call() throws InterruptedException {
    try (var api = Api.connect(Home.find())) {
      var which = Words.id(id);
      var asked = defaultImage ? api.startWithDefaultImage(which) : api.start(which);
      return tell(api, asked, wait, json);
    }
  }

  static int tell(Api api, WorkspaceView asked, boolean wait, boolean json)
      throws InterruptedException {
    Optional<WorkspaceView> view = Optional.of(asked);
    if (wait) {
      if (!json) System.err.println(asked.id());
      view = new Waiting().run(api, asked.id(), json);
    }
    if (view.isEmpty()) {
      System.err.println("berth: The workspace was deleted meanwhile.");
      return 66;
    }
    System.out.println(
        json ? Words.json(view.get()) : wait ? Words.sentence(view.get()) : asked.id().value());
    return wait ? Words.exitCode(view) : 0;
  }
}
