package dev.berth.cli.care;

import dev.berth.base.Problem;
import dev.berth.cli.settings.Configuration;
import dev.berth.cli.settings.Home;
import dev.berth.node.Node;
import dev.berth.protocol.api.EditorView;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Makes the browser editor's tree where it is not there, and says where it is. */
@Command(
    name = "make-editor",
    description = {
      "Makes the browser editor's tree, which `up` does by itself, and prints its folder.",
      "It waits for it; to carry it to a machine without a network, or into an image."
    },
    mixinStandardHelpOptions = true)
final class MakeEditor implements Callable<Integer> {
  private static final Duration LOOK = Duration.ofMillis(100);

  @Override
  public Integer call() throws InterruptedException {
    var home = Home.find();
    var configuration = Configuration.read(home.configuration(), System.getenv(), Optional.empty());
    var cache = configuration.editors().orElseGet(home::editors);
    try (var editors =
        Node.editors(configuration.editor(), cache, line -> System.err.println(line))) {
      while (true) {
        switch (editors.state()) {
          case EditorView.Preparing _ -> Thread.sleep(LOOK);
          case EditorView.Failed(var what, var remedy) ->
              throw new Problem.Unavailable(what, remedy);
          case EditorView.None _ -> {
            System.err.println("berth: the configuration wants no editor (editor.none).");
            return 0;
          }
          case EditorView.Ready _ -> {
            editors.folder().ifPresent(System.out::println);
            return 0;
          }
        }
      }
    }
  }
}
