package dev.berth.cli.care;

import dev.berth.cli.settings.Configuration;
import dev.berth.cli.settings.Home;
import dev.berth.node.editor.Editors;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Reads every byte of the browser editor's tree, and has a damaged one made anew. */
@Command(
    name = "check-editor",
    description = {
      "Reads every byte of the browser editor's tree and compares it with what was made.",
      "A damaged tree is made anew by the next `up`, which looks at sizes only by itself."
    },
    mixinStandardHelpOptions = true)
final class EditorCheck implements Callable<Integer> {
  @Override
  public Integer call() {
    var home = Home.find();
    var configuration = Configuration.read(home.configuration(), System.getenv(), Optional.empty());
    var cache = configuration.editors().orElseGet(home::editors);
    var found = Editors.check(configuration.editor(), cache);
    System.out.println(
        switch (found) {
          case Editors.Found.None _ -> "There is no editor here; `berth up` makes it.";
          case Editors.Found.Whole(var folder) -> folder + " is whole.";
          case Editors.Found.Damaged(var folder, var what) ->
              "%s is damaged: %s. The next `berth up` makes it anew.".formatted(folder, what);
        });
    return found instanceof Editors.Found.Damaged ? 69 : 0;
  }
}
