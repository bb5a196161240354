package dev.berth.cli.saved;

import dev.berth.base.json.Json;
import dev.berth.cli.api.Api;
import dev.berth.cli.line.ExitCode;
import dev.berth.cli.settings.Home;
import dev.berth.protocol.api.CheckView;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Looks for damage in all that was saved. */
@Command(
    name = "check",
    description = {
      "Reads every byte that was saved of your workspaces, and says what is damaged.",
      "Which files that touches, too. Takes about as long as the disk needs to read it.",
      "With an object store, what is damaged on the disk is had from there, and told.",
      "Exit code 65 where something is."
    },
    mixinStandardHelpOptions = true)
final class Check implements Callable<Integer> {
  @Option(
      names = "--bucket",
      description =
          "Read the copies in the object store, too: all of them, which takes its time and may cost; what is damaged there is sent once more.")
  private boolean bucket;

  @Option(
      names = "--json",
      description = "Print one JSON object: kind, packs, points, damages, healed.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    try (var api = Api.connect(Home.find())) {
      var view = api.beginCheck(bucket);
      while (view instanceof CheckView.Running) {
        Thread.sleep(Api.BETWEEN_QUESTIONS);
        view = api.check();
      }
      if (json) System.out.println(Json.write(view));
      return switch (view) {
        case CheckView.Done done -> {
          if (!json) tell(done);
          yield done.damages().isEmpty() ? 0 : ExitCode.BAD_INPUT;
        }
        case CheckView.Failed failed -> {
          System.err.println("berth: " + failed.what());
          System.err.println("berth: " + failed.remedy());
          yield ExitCode.UNAVAILABLE;
        }
        case CheckView.Running _ -> throw new IllegalStateException("it has ended");
      };
    }
  }

  private static void tell(CheckView.Done done) {
    for (var healed : done.healed()) {
      System.out.println("healed: %s %s".formatted(healed.where(), healed.what()));
    }
    for (var damage : done.damages()) {
      System.out.println("damaged: %s: %s".formatted(damage.where(), damage.what()));
    }
    if (done.more() > 0) System.out.println("... and %d more".formatted(done.more()));
    System.out.println(
        "%s: %d saved moments, %d packs read in %d s"
            .formatted(
                done.damages().isEmpty() ? "All is well" : "There is damage",
                done.points(),
                done.packs(),
                java.time.Duration.between(done.began(), done.ended()).toSeconds()));
  }
}
